import { type Reachability, unreachableNow } from "../health/reachability.ts";
import { hasEnded, type Job, type Unreachable } from "./job.ts";

/** The outcome of a poll that returned no status. */
export type PollOutcome = "missing" | Unreachable["cause"];

/** Why an open job has no news, and since when. */
export interface LastPoll {
  since: number;
  outcome: PollOutcome;
  /** The cloud's text, or the error if there was no response. */
  reason: string;
  /** The X-request-id of the failed poll. */
  requestId?: string;
}

/** Taken from the service's reachability if the service is unreachable, else from the job; undefined if the last poll succeeded. */
export function lastPollOf(
  job: Job,
  service: Pick<Reachability, "unreachable"> | undefined,
  now: number,
): LastPoll | undefined {
  if (hasEnded(job)) return undefined;
  const { failing, missing, registeredAt } = job;
  const unreachable = unreachableNow(service, now) ?? failing;
  if (unreachable) return failedPoll(unreachable.cause, unreachable, Math.max(unreachable.since, registeredAt));
  return missing && failedPoll("missing", missing, missing.since);
}

export function failedPoll(
  outcome: PollOutcome,
  { reason = "", requestId }: { reason?: string; requestId?: string },
  since: number,
): LastPoll {
  return { since, outcome, reason, ...(requestId !== undefined && { requestId }) };
}

const SENTENCES: Record<PollOutcome, string> = {
  missing: "The cloud did not know this job at the last check",
  "not-permitted": "The cloud rejected the last check: not permitted",
  credentials: "The cloud rejected the last check: it does not accept our credentials",
  configuration: "The last check failed: the cloud rejected the request, or another server answers at its address",
  throttled: "The cloud asked us to check less often",
  unavailable: "The cloud was unavailable at the last check",
  "invalid-response": "The cloud returned an unreadable response to the last check",
};

export const POLL_OUTCOMES = Object.keys(SENTENCES) as [PollOutcome, ...PollOutcome[]];

/** "The cloud rejected the last check: not permitted (APIGW.0305)." */
export function lastPollSentence({ outcome, reason }: Pick<LastPoll, "outcome" | "reason">): string {
  return `${SENTENCES[outcome]}${reason === "" ? "" : ` (${reason})`}.`;
}
