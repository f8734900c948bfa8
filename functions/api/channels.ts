import { Hono } from "hono";
import { readChannel } from "../../lib/delivery/channel-record.ts";
import type { Channel, ChannelKind, SendOutcome } from "../../lib/job/channel.ts";
import type { Services } from "../../lib/services.ts";
import { testChannel } from "../../lib/test-channel.ts";
import type { ApiEnv } from "./authenticate.ts";
import { ProblemError } from "./problem.ts";
import { visibleChannels, writerOf } from "./rights.ts";
import { limitSlow } from "./slow-requests.ts";

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
        const detail = `There is no channel of this name. Your channels: ${allowed.join(", ") || "none"}.`;
        throw new ProblemError({ type: "not-found", status: 404, detail });
      }
      const outcome = await sendTest(services, key.team, name);
      return c.json({ outcome: outcome.kind, ...("reason" in outcome && { reason: outcome.reason }) });
    });
}

/** Takes a permit before it sends, since a message that is under way cannot be refused. */
export function sendTest(services: Services, team: string, name: string): Promise<SendOutcome> {
  return limitSlow(services, team, async (limited) => {
    await limited.becomeSlow();
    return await testChannel(limited, name, services.config.opsChannel);
  });
}

/** Between two messages of a channel lies a second in any case: that is no rest. */
const USUAL_PAUSE_MS = 1_000;

function channelView(channel: Channel, kind: ChannelKind | undefined, now: number): Record<string, unknown> {
  const { name, parked, nextSlotAt, failures } = channel;
  if (parked) return { name, kind, state: "parked", parkedSince: new Date(parked.since).toISOString(), reason: parked.reason };
  if (nextSlotAt <= now + USUAL_PAUSE_MS) return { name, kind, state: "open" };
  return { name, kind, state: "resting", restingUntil: new Date(nextSlotAt).toISOString(), ...(failures > 0 && { failures }) };
}
