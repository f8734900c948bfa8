import type { SendOutcome } from "../../domain/channel/send-outcome.ts";
import { mayHaveArrived } from "../../domain/channel/unanswered.ts";
import { parseObject } from "../../domain/json.ts";
import { retryAfterMs } from "../../domain/waits.ts";

/** The webhook's response, or the part of it that arrived. */
export interface Answer {
  status: number;
  body: string;
  retryAfter?: string | undefined;
}

// The word in the body goes before the status: Slack sends the same word with several statuses.
const DEAD = new Set([
  "action_prohibited",
  "channel_is_archived",
  "channel_not_found",
  "invalid_token",
  "no_active_hooks",
  "no_service",
  "no_service_id",
  "no_team",
  "posting_to_general_channel_denied",
  "team_disabled",
  "user_not_found",
]);
const REFUSED = new Set([
  "invalid_attachments",
  "invalid_blocks",
  "invalid_blocks_format",
  "invalid_payload",
  "missing_text_or_fallback_or_attachments",
  "msg_blocks_too_long",
  "msg_too_long",
  "no_text",
  "too_many_attachments",
]);

const NEVER_WRITTEN =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|(ERR_TLS|ERR_SSL|CERT|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)_\w+)$/;

const BACK_OFF = { defaultMs: 30_000, longestMs: 15 * 60_000 };

/** The outcome of a response. Reasons contain Slack's word or the status, never the body, which may echo the URL. */
export function outcomeOfAnswer(answer: Answer, now: number): SendOutcome {
  const { status, body } = answer;
  if (status === 200 && body === "ok") return { kind: "delivered", status, answer: body };
  if (status >= 200 && status < 300) return { kind: "unknown", reason: `status ${status} without "ok"` };
  const word = wordOf(body);
  if (status === 429 || word === "rate_limited") {
    const retryAfter = answer.retryAfter ?? String(parseObject(body)?.retry_after);
    return { kind: "throttled", retryAfterMs: retryAfterMs(retryAfter, now, BACK_OFF) };
  }
  if (word !== undefined && DEAD.has(word)) return { kind: "dead", reason: word };
  if (word !== undefined && REFUSED.has(word)) return { kind: "refused", reason: word };
  return outcomeOfStatus(status, word);
}

/** The outcome without a response. The message may have arrived unless the request was certainly never written. */
export function outcomeOfError(error: unknown): SendOutcome {
  const chain = causesOf(error);
  const code = chain.map(codeOf).find((one) => one !== undefined);
  if (code === "ERR_INVALID_URL") return { kind: "dead", reason: "the webhook's URL is invalid" };
  if (code !== undefined && NEVER_WRITTEN.test(code)) return { kind: "failed", reason: code };
  if (chain.some(({ name }) => name === "TimeoutError")) return { kind: "unknown", reason: "no answer in time" };
  return { kind: "unknown", reason: code ?? "the connection broke" };
}

function outcomeOfStatus(status: number, word: string | undefined): SendOutcome {
  const reason = word === undefined ? `status ${status}` : `status ${status}: ${word}`;
  if (mayHaveArrived(status)) return { kind: "unknown", reason };
  if (status >= 500) return { kind: "failed", reason };
  return status === 400 || status === 413 ? { kind: "refused", reason } : { kind: "dead", reason };
}

/** Slack's error word, from plain text or JSON. */
function wordOf(body: string): string | undefined {
  const word = parseObject(body)?.error ?? body.trim();
  return typeof word === "string" && word.length <= 60 && /^[a-z]+(_[a-z]+)+$/.test(word) ? word : undefined;
}

function causesOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let cause = error; cause instanceof Error && chain.length < 5; cause = cause.cause) chain.push(cause);
  return chain;
}

function codeOf(error: Error): string | undefined {
  const code = "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : undefined;
}
