import { Hono } from "hono";
import type { ChannelKind } from "../../../lib/config/channel-kinds.ts";
import { readChannel } from "../../../lib/delivery/channel-record.ts";
import { testChannel } from "../../../lib/delivery/send-test-message.ts";
import type { Channel } from "../../../lib/domain/channel/channel.ts";
import type { SendOutcome } from "../../../lib/domain/channel/send-outcome.ts";
import type { Services } from "../../../lib/services.ts";
import { takePermit } from "../../../lib/shared/permits.ts";
import type { ApiEnv } from "../http/authenticate.ts";
import { ProblemError } from "../http/problem.ts";
import { visibleChannels, writerOf } from "../http/rights.ts";
import { limitSlow } from "../http/slow-requests.ts";

export function channelRoutes(services: Services): Hono<ApiEnv> {
  const { config, clock } = services;
  return new Hono<ApiEnv>()
    .get("/", async (c) => {
      const names = visibleChannels(config, c.get("key"));
      const channels = await Promise.all(names.map((name) => readChannel(services, name)));
      return c.json({
        channels: channels.map((channel) => channelView(channel, config.channelKinds[channel.name], clock.now())),
      });
    })

    .post("/:name/test", async (c) => {
      const key = writerOf(c);
      const allowed = visibleChannels(config, key);
      const name = c.req.param("name");
      if (!allowed.includes(name)) {
        const detail = `Unknown channel. Your channels: ${allowed.join(", ") || "none"}.`;
        throw new ProblemError({ type: "not-found", status: 404, detail });
      }
      const outcome = await sendTest(services, key.team, name);
      return c.json({ outcome: outcome.kind, ...("reason" in outcome && { reason: outcome.reason }) });
    });
}

/** Test messages per team in 10 s. Each delays the notifications of a channel that other teams may share. */
const MOST_TESTS = 5;
const TESTS_WITHIN_MS = 10_000;

async function countTest(services: Services, team: string): Promise<void> {
  const until = services.clock.now() + TESTS_WITHIN_MS;
  if (await takePermit(services, { team, kind: "test", count: MOST_TESTS, until })) return;
  const detail = `Your team has sent ${MOST_TESTS} test messages within 10 s. This one was not sent. Try again in 10 s.`;
  throw new ProblemError({ type: "too-many-requests", status: 429, detail }, { "Retry-After": "10" });
}

/** Takes a permit first: a message cannot be recalled once it is sent. Throws 429 if the channel allows no message soon. */
export async function sendTest(services: Services, team: string, name: string): Promise<SendOutcome> {
  await countTest(services, team);
  const result = await limitSlow(services, team, async (limited) => {
    await limited.becomeSlow();
    return await testChannel(limited, name, services.config.opsChannel);
  });
  if (result.kind === "too-soon") throw tooSoon(Math.max(Math.ceil((result.until - services.clock.now()) / 1_000), 1));
  return result;
}

function tooSoon(seconds: number): ProblemError {
  const why = "Other messages are being sent to this channel, or it is backing off. This test message was not sent.";
  const detail = `${why} Try again in ${seconds} s.`;
  return new ProblemError({ type: "too-many-requests", status: 429, detail }, { "Retry-After": String(seconds) });
}

/** A channel always waits one second between messages. That is not a back-off. */
const DEFAULT_PAUSE_MS = 1_000;

function channelView(channel: Channel, kind: ChannelKind | undefined, now: number): Record<string, unknown> {
  const { name, suspended, nextSendAt, failures, lastTest } = channel;
  const shared = { name, kind, ...(lastTest && { lastTest: { ...lastTest, at: new Date(lastTest.at).toISOString() } }) };
  if (suspended)
    return {
      ...shared,
      state: "suspended",
      suspendedSince: new Date(suspended.since).toISOString(),
      reason: suspended.reason,
    };
  if (nextSendAt <= now + DEFAULT_PAUSE_MS) return { ...shared, state: "open" };
  return {
    ...shared,
    state: "backing-off",
    nextSendAt: new Date(nextSendAt).toISOString(),
    ...(failures > 0 && { failures }),
  };
}
