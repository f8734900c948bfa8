import type { Receipt } from "../job/job.ts";

/** The result of one send. A refused message is sent again in another form; a rejected one is sent again unchanged. */
export type SendOutcome =
  | ({ kind: "delivered" } & Acceptance)
  /** 429: the whole channel backs off. */
  | { kind: "throttled"; retryAfterMs: number }
  /** Not posted: no connection, or a 5xx that says that nothing was processed. */
  | { kind: "failed"; reason: string }
  /** Possibly posted: no response, a truncated response, a 200 without `ok`, or a gateway timeout (unanswered.ts). */
  | { kind: "unknown"; reason: string }
  /** Only some notifications were accepted, and `rejected` has the others. `isRefused`: their content was refused; otherwise the destination failed. */
  | ({ kind: "partly"; rejected: ReadonlySet<string>; reason: string; isRefused?: true } & Acceptance)
  /**
   * The receiver or this message may be wrong: retried for a day. Then the notification expires if the receiver accepted others in that
   * time; otherwise the channel is suspended.
   */
  | { kind: "rejected"; reason: string }
  /** The destination does not accept this layout. */
  | { kind: "refused"; reason: string }
  /** The destination does not exist any more. Only a person can fix that. */
  | { kind: "dead"; reason: string };

/** What the destination answered. */
type Acceptance = Pick<Receipt, "status" | "answer" | "latencyMs">;
