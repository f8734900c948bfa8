import type { SendOutcome } from "../../domain/channel/send-outcome.ts";
import { mayHaveArrived } from "../../domain/channel/unanswered.ts";
import { parseObject } from "../../domain/json.ts";
import type { AwsAnswer } from "../aws/connect.ts";
import type { NoAnswer } from "./put-events.ts";

const BACK_OFF_MS = 5_000;
/** Error codes of an entry whose content was refused. */
const REFUSED_ENTRY = /^(Malformed|InvalidArgument)/;

/**
 * Turns the answer of PutEvents into an outcome. `ids`: the events in the order of the entries. EventBridge may accept only some of
 * them. Reasons contain only its error codes.
 */
export function outcomeOf(answer: AwsAnswer | NoAnswer, ids: string[]): SendOutcome {
  if (!("status" in answer)) return { kind: answer.written ? "unknown" : "failed", reason: answer.code ?? "no answer" };
  const { status } = answer;
  const body = parseObject(answer.body) ?? {};
  if (status === 200) return outcomeOfEntries(body.Entries, ids);
  const code = wordOf(body.__type) ?? "no reason given";
  const reason = `the event bus answers ${status} ${code}`;
  if (status === 429 || /Throttl/.test(code)) return { kind: "throttled", retryAfterMs: BACK_OFF_MS };
  if (/^(AccessDenied|ResourceNotFound)/.test(code)) return { kind: "dead", reason };
  if (status === 413 || /Validation|InvalidArgument|Serialization/.test(code)) return { kind: "refused", reason };
  return { kind: mayHaveArrived(status) ? "unknown" : "failed", reason };
}

function outcomeOfEntries(entries: unknown, ids: string[]): SendOutcome {
  if (!Array.isArray(entries) || entries.length !== ids.length)
    return { kind: "unknown", reason: "the event bus answers 200 without entries" };
  const codes: (string | undefined)[] = entries.map((entry: { EventId?: unknown; ErrorCode?: unknown } | null) =>
    typeof entry?.EventId === "string" ? undefined : (wordOf(entry?.ErrorCode) ?? "no reason given"),
  );
  const rejected = new Set(ids.filter((_, index) => codes[index] !== undefined));
  if (rejected.size === 0) return { kind: "delivered", status: 200 };
  const first = codes.find((code) => code !== undefined) ?? "";
  const reason = `the event bus answers ${first}`;
  const isRefused = codes.every((code) => code === undefined || REFUSED_ENTRY.test(code));
  if (rejected.size < ids.length) return { kind: "partly", rejected, reason, ...(isRefused && { isRefused }) };
  if (/^(AccessDenied|ResourceNotFound|NotAuthorized)/.test(first)) return { kind: "dead", reason };
  return isRefused ? { kind: "refused", reason } : { kind: "failed", reason };
}

/** `com.amazonaws.events#AccessDeniedException` and the like. */
function wordOf(value: unknown): string | undefined {
  return typeof value === "string" ? /(?:^|#)(\w{1,64})$/.exec(value)?.[1] : undefined;
}
