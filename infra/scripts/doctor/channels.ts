import { suspendedAdvice } from "../../../lib/adapters/slack/operator-advice.ts";
import { post } from "../../../lib/adapters/slack/send.ts";
import { readChannel } from "../../../lib/delivery/channel-record.ts";
import { testChannel } from "../../../lib/delivery/send-test-message.ts";
import type { Services } from "../../../lib/services.ts";
import type { Check, Checks } from "./check.ts";

const TIMEOUT_MS = 5_000;

export interface ChannelOptions {
  /** Sends a test message, as POST /channels/{name}/test does. */
  send: boolean;
  /** Without the table, nothing is known about suspensions and no test message is sent. */
  hasTable: boolean;
}

export async function* checkChannels(services: Services, { send, hasTable }: ChannelOptions): Checks {
  for (const name of Object.keys(services.config.channelKinds)) {
    if (send && !hasTable) yield { name, outcome: "skipped", detail: "--send needs the table" };
    else if (send) yield fromOutcome(name, await testChannel(services, name, services.config.opsChannel), "test message sent");
    else yield await checkWithoutSending(services, name, hasTable);
  }
}

async function checkWithoutSending(services: Services, name: string, hasTable: boolean): Promise<Check> {
  const { suspended } = hasTable ? await readChannel(services, name) : {};
  const { slackWebhooks, webhooks, channelKinds } = services.config;
  const check = await reach(name, channelKinds[name] ?? "slack", slackWebhooks[name] ?? webhooks[name]?.url ?? "");
  if (!suspended || check.outcome === "failed") return check;
  const detail = `suspended since ${new Date(suspended.since).toISOString()}: ${suspended.reason}`;
  return { name, outcome: "failed", detail, advice: "Its destination answers again: resume it with npm run doctor -- --send." };
}

async function reach(name: string, kind: Services["config"]["channelKinds"][string], url: string): Promise<Check> {
  switch (kind) {
    case "slack":
      return await reachSlack(name, url);
    case "webhook":
      return await reachReceiver(name, url);
    case "events":
      return { name, outcome: "skipped", detail: "an event bus can only be tested with --send" };
  }
}

/** Slack rejects an empty text only if the webhook works. Nothing is posted. */
async function reachSlack(name: string, url: string): Promise<Check> {
  const empty = { text: "", unfurl_links: false, unfurl_media: false, link_names: false } as const;
  const outcome = await post(url, empty, TIMEOUT_MS);
  const works = outcome.kind === "refused" && outcome.reason === "no_text";
  return fromOutcome(name, works ? { kind: "delivered" } : outcome, "Slack accepts the webhook; nothing was sent");
}

/** Any answer proves that the receiver can be reached. */
async function reachReceiver(name: string, url: string): Promise<Check> {
  try {
    await fetch(url, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { name, outcome: "ok", detail: "the receiver answers; no event was sent" };
  } catch (error) {
    const { cause, name: kind } = error as Error & { cause?: { code?: string } };
    const advice = "Check its URL in WEBHOOKS, and whether the receiver runs.";
    return { name, outcome: "failed", detail: `the receiver cannot be reached (${cause?.code ?? kind})`, advice };
  }
}

function fromOutcome(name: string, outcome: Awaited<ReturnType<typeof testChannel>>, ok: string): Check {
  switch (outcome.kind) {
    case "delivered":
      return { name, outcome: "ok", detail: ok };
    case "too-soon": {
      const advice = `Try again at ${new Date(outcome.until).toISOString()}.`;
      return { name, outcome: "warning", detail: "the channel is backing off; no test message was sent", advice };
    }
    case "throttled":
      return { name, outcome: "warning", detail: "the destination limits the rate", advice: "Try again in a minute." };
    case "failed":
    case "unknown":
      return {
        name,
        outcome: "failed",
        detail: `no answer (${outcome.reason})`,
        advice: "Check whether this machine may reach it.",
      };
    case "partly":
    case "rejected":
    case "refused":
    case "dead": {
      const advice = suspendedAdvice(outcome.reason);
      return { name, outcome: "failed", detail: `${outcome.reason}: ${advice.means}`, advice: advice.do };
    }
  }
}
