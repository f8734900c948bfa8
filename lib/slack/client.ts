import { createHash } from "node:crypto";
import type { SendOutcome } from "../job/channel.ts";
import type { Log, Slack, Telling } from "../ports.ts";
import { buildMessage, fit, type MessageMarks, type Payload } from "./message.ts";
import { NOT_CONFIGURED } from "./operator-advice.ts";
import { post } from "./send.ts";

const TIMEOUT_MS = 5_000;

interface SlackOptions {
  log: Log;
  timeoutMs?: number;
}

/** `webhooks`: the URL of each channel. They are secrets: they stand in no outcome and no log. */
export function createSlack(webhooks: Record<string, string>, { log, timeoutMs = TIMEOUT_MS }: SlackOptions): Slack {
  const urlOf = (channel: string) => (Object.hasOwn(webhooks, channel) ? webhooks[channel] : undefined);

  function destination(channel: string): string {
    const url = urlOf(channel) ?? "";
    return url && createHash("sha256").update(url).digest("hex").slice(0, 8);
  }

  async function send(channel: string, tellings: Telling[], marks: MessageMarks): Promise<SendOutcome> {
    const url = urlOf(channel);
    const outcome = url === undefined ? notConfigured() : await buildAndPost(url, tellings, marks, timeoutMs);
    if (outcome.kind !== "delivered") {
      log.warn("Slack did not take a message", { channel, messageId: marks.id, alerts: tellings.length, ...outcome });
    }
    return outcome;
  }
  return { fit, destination, send, preview: buildMessage };
}

function notConfigured(): SendOutcome {
  return { kind: "dead", reason: NOT_CONFIGURED };
}

async function buildAndPost(url: string, tellings: Telling[], marks: MessageMarks, timeoutMs: number): Promise<SendOutcome> {
  let payload: Payload;
  try {
    payload = buildMessage(tellings, marks);
    JSON.stringify(payload);
  } catch (error) {
    return {
      kind: "refused",
      reason: `the message could not be built: ${error instanceof Error ? error.name : "unknown error"}`,
    };
  }
  return post(url, payload, timeoutMs);
}
