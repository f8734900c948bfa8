import type { SendOutcome } from "../../domain/channel/send-outcome.ts";
import { mayHaveArrived } from "../../domain/channel/unanswered.ts";
import { retryAfterMs } from "../../domain/waits.ts";
import { NOT_PUBLIC } from "./checked-lookup.ts";
import type { Answer, NoAnswer } from "./post.ts";

const BACK_OFF = { defaultMs: 30_000, longestMs: 60 * 60_000 };

/** Turns an answer into an outcome, as Standard Webhooks defines it. Reasons contain a status or a code, never the body. */
export function outcomeOf(answer: Answer | NoAnswer, now: number): SendOutcome {
  if (!("status" in answer)) return outcomeWithoutAnswer(answer);
  const { status, retryAfter } = answer;
  const reason = `the receiver answers ${status}`;
  if (status >= 200 && status < 300) return { kind: "delivered", status };
  if (status === 429 || (status === 503 && retryAfter !== undefined))
    return { kind: "throttled", retryAfterMs: retryAfterMs(retryAfter, now, BACK_OFF) };
  if (status === 410) return { kind: "dead", reason: `${reason}: it no longer accepts events` };
  if (status < 400) return { kind: "dead", reason: `${reason}: redirects are not followed` };
  if (mayHaveArrived(status)) return { kind: "unknown", reason };
  if (status >= 500 || status === 425) return { kind: "failed", reason };
  return { kind: "rejected", reason };
}

function outcomeWithoutAnswer({ code, written }: NoAnswer): SendOutcome {
  if (code === NOT_PUBLIC) return { kind: "dead", reason: "the receiver has no public address" };
  return { kind: written ? "unknown" : "failed", reason: code ?? "the connection broke" };
}
