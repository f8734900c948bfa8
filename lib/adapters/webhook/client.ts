import { createHash, randomUUID } from "node:crypto";
import type { SendOutcome } from "../../domain/channel/send-outcome.ts";
import { eventOf, type JobwatchEvent, type PageOf, testEvent } from "../../domain/job/job-event.ts";
import type { OutgoingNotification } from "../../domain/notification.ts";
import type { Destination, Log, MessageMeta } from "../../ports.ts";
import type { Resolve } from "./checked-lookup.ts";
import { outcomeOf } from "./outcome.ts";
import { signedHeaders } from "./sign.ts";

/** Both are secrets. They appear in no outcome and no log. */
export interface Webhook {
  url: string;
  /** The newest first. All of them sign. */
  secrets: string[];
}

interface WebhookOptions {
  log: Log;
  now: () => number;
  pageOf?: PageOf | undefined;
  timeoutMs?: number;
  resolve?: Resolve;
  isAllowed?: (address: string) => boolean;
}

const TIMEOUT_MS = 5_000;
const USER_AGENT = "sfs-jobwatch";

/** Signed webhooks with one event per request. Each attempt has the id of the notification as webhook-id. */
export function createWebhooks(webhooks: Record<string, Webhook>, options: WebhookOptions): Destination {
  const { log, now, timeoutMs = TIMEOUT_MS, pageOf, resolve, isAllowed } = options;
  const webhookOf = (channel: string) => (Object.hasOwn(webhooks, channel) ? webhooks[channel] : undefined);

  async function deliver({ url, secrets }: Webhook, event: JobwatchEvent, leftMs: number): Promise<SendOutcome> {
    const body = JSON.stringify(event);
    const signed = signedHeaders(event.id, body, secrets, now());
    const headers = { "content-type": "application/json", "user-agent": USER_AGENT, ...signed };
    // Loaded with the first message.
    const { post } = await import("./post.ts");
    const checks = { ...(resolve && { resolve }), ...(isAllowed && { isAllowed }) };
    return outcomeOf(await post({ url, headers, body, timeoutMs: leftMs, ...checks }), now());
  }

  /** Sends more than one event only if the channel was a Slack channel when the message was written. */
  async function deliverAll(webhook: Webhook, events: JobwatchEvent[]): Promise<SendOutcome> {
    const deadline = now() + timeoutMs;
    let last: SendOutcome = { kind: "delivered" };
    for (const [index, event] of events.entries()) {
      const leftMs = deadline - now();
      last = leftMs > 0 ? await deliver(webhook, event, leftMs) : { kind: "failed", reason: "no time is left" };
      if (last.kind === "delivered") continue;
      if (index === 0) return last;
      const reason = "reason" in last ? last.reason : last.kind;
      return { kind: "partly", rejected: new Set(events.slice(index).map(({ id }) => id)), reason };
    }
    return last;
  }

  async function send(channel: string, notifications: OutgoingNotification[], { plain }: MessageMeta): Promise<SendOutcome> {
    const webhook = webhookOf(channel);
    if (!webhook) return { kind: "dead", reason: "no webhook is configured for this channel" };
    const events = notifications.map((notification) => eventOf(notification, plain, pageOf));
    const outcome = await deliverAll(webhook, events.length > 0 ? events : [testEvent(`test_${randomUUID()}`, now())]);
    if (outcome.kind !== "delivered") log.warn("webhook was not accepted", { channel, ...outcome });
    return outcome;
  }

  return {
    maxBatchSize: () => 1,
    minSendIntervalMs: () => 0,
    oneByOne: () => true,
    address(channel) {
      const webhook = webhookOf(channel);
      return webhook ? createHash("sha256").update(JSON.stringify(webhook)).digest("hex").slice(0, 8) : "";
    },
    preview: (_, notifications, { plain }) =>
      notifications.map((notification) => eventOf(notification, plain, pageOf))[0] ?? testEvent("test", now()),
    send,
  };
}
