import { createHash } from "node:crypto";
import { MIN_SEND_INTERVAL_MS } from "../../domain/channel/channel.ts";
import type { DigestTimes } from "../../domain/channel/digest.ts";
import { isQuiet, type QuietHours } from "../../domain/channel/quiet-hours.ts";
import type { SendOutcome } from "../../domain/channel/send-outcome.ts";
import { type Mentions, transitionRow } from "../../domain/job/transitions.ts";
import type { OutgoingNotification } from "../../domain/notification.ts";
import type { Destination, Log, MessageMeta } from "../../ports.ts";
import type { DigestSetting } from "./digest.ts";
import type { Links } from "./job-message.ts";
import { createMentions } from "./mentions.ts";
import { buildMessage, maxBatchSize as maxBatchSizeOf, type Payload } from "./message.ts";
import { NOT_CONFIGURED } from "./operator-advice.ts";

const TIMEOUT_MS = 5_000;

interface SlackOptions {
  log: Log;
  /** Settings by channel. */
  channels?: Record<string, { mention?: Mentions; quiet?: QuietHours; digest?: DigestTimes }>;
  /** Links in the messages of jobs. */
  links?: Links;
  now?: () => number;
  timeoutMs?: number;
}

/** `webhooks` maps a channel to its URL. The URLs are secrets: no outcome and no log contains one. */
export function createSlack(webhooks: Record<string, string>, options: SlackOptions): Destination {
  const { log, channels = {}, links, now = Date.now, timeoutMs = TIMEOUT_MS } = options;
  const mentions = createMentions(now);
  const urlOf = (channel: string) => (Object.hasOwn(webhooks, channel) ? webhooks[channel] : undefined);

  const settingOf = (channel: string) => (Object.hasOwn(channels, channel) && channels[channel]) || {};
  const digestSetting = (channel: string): DigestSetting => {
    const { digest } = settingOf(channel);
    return { channel, links, ...(digest && { timeZone: digest.timeZone }) };
  };

  function address(channel: string): string {
    const url = urlOf(channel) ?? "";
    return url && createHash("sha256").update(url).digest("hex").slice(0, 8);
  }

  function build(
    channel: string,
    notifications: OutgoingNotification[],
    meta: MessageMeta,
  ): { mentioned: string | undefined; payload: Payload } {
    const { mention = {}, quiet } = settingOf(channel);
    const mentioned = meta.digest ? undefined : mentions.whomToMention(channel, notifications, mention);
    const setting = { ...digestSetting(channel), held: heldOf(notifications, quiet), ...(mentioned && { mention: mentioned }) };
    return { mentioned, payload: buildMessage(notifications, meta, setting) };
  }

  async function send(channel: string, notifications: OutgoingNotification[], meta: MessageMeta): Promise<SendOutcome> {
    const url = urlOf(channel);
    let mentioned: string | undefined;
    const buildNow = () => {
      const built = build(channel, notifications, meta);
      mentioned = built.mentioned;
      return built.payload;
    };
    const outcome = url === undefined ? notConfigured() : await buildAndPost(url, buildNow, timeoutMs);
    if (outcome.kind === "delivered") mentions.delivered(channel, notifications, settingOf(channel).mention ?? {}, mentioned);
    else {
      log.warn("Slack did not accept a message", {
        channel,
        messageId: meta.id,
        notifications: notifications.length,
        ...outcome,
      });
    }
    return outcome;
  }
  return {
    maxBatchSize: (channel, notifications) => maxBatchSizeOf(notifications, digestSetting(channel)),
    minSendIntervalMs: () => MIN_SEND_INTERVAL_MS,
    oneByOne: () => false,
    address,
    preview: (channel, notifications, meta) => build(channel, notifications, meta).payload,
    send,
  };
}

function notConfigured(): SendOutcome {
  return { kind: "dead", reason: NOT_CONFIGURED };
}

/** Counts the notifications that were held during the channel's quiet hours. */
function heldOf(notifications: OutgoingNotification[], quiet: QuietHours | undefined): number {
  if (quiet === undefined) return 0;
  const isHeld = (notification: OutgoingNotification) =>
    notification.kind === "job" &&
    transitionRow(notification.transition).canWait === true &&
    isQuiet(quiet, notification.transition.at);
  return notifications.filter(isHeld).length;
}

async function buildAndPost(url: string, build: () => Payload, timeoutMs: number): Promise<SendOutcome> {
  let payload: Payload;
  try {
    payload = build();
    JSON.stringify(payload);
  } catch (error) {
    return {
      kind: "refused",
      reason: `the message could not be built: ${error instanceof Error ? error.name : "unknown error"}`,
    };
  }
  // Loaded with the first message: it would be a twentieth of each start.
  const { post } = await import("./send.ts");
  return post(url, payload, timeoutMs);
}
