import { type Reachability, unreachableNow } from "../health/reachability.ts";
import { hasEnded, type Job, type Unreachable } from "./job.ts";

/** What came of a poll that brought no status. */
export type PollOutcome = "missing" | Unreachable["cause"];

/** Why an open job has no news, and since when. */
export interface LastPoll {
  since: number;
  outcome: PollOutcome;
  /** The cloud's own words, or what came instead of them. */
  reason: string;
  /** The X-request-id of such a poll. */
  requestId?: string;
}

/** From the record of the job's service where that cannot be polled, else from the job; undefined where the last poll was good. */
export function lastPollOf(
  job: Job,
  service: Pick<Reachability, "unreachable"> | undefined,
  now: number,
): LastPoll | undefined {
  if (hasEnded(job)) return undefined;
  const { failing, missing, registeredAt } = job;
  const unreachable = unreachableNow(service, now) ?? failing;
  if (unreachable) {
    const { since, cause: outcome, reason, requestId } = unreachable;
    return { since: Math.max(since, registeredAt), outcome, reason, ...(requestId !== undefined && { requestId }) };
  }
  if (!missing) return undefined;
  const { since, reason = "", requestId } = missing;
  return { since, outcome: "missing", reason, ...(requestId !== undefined && { requestId }) };
}

const SENTENCES: Record<PollOutcome, string> = {
  missing: "The cloud did not know this job at the last check",
  "not-permitted": "The cloud refused the last check: not permitted",
  credentials: "The cloud refused the last check: it does not accept our credentials",
  configuration: "The last check failed: the cloud refused the request, or something else answers at its address",
  throttled: "The cloud asked us to check less often",
  unavailable: "The cloud was not available at the last check",
  "invalid-response": "The cloud's answer to the last check could not be read",
};

export const POLL_OUTCOMES = Object.keys(SENTENCES) as [PollOutcome, ...PollOutcome[]];

/** "The cloud refused the last check: not permitted (APIGW.0305)." */
export function lastPollSentence({ outcome, reason }: Pick<LastPoll, "outcome" | "reason">): string {
  return `${SENTENCES[outcome]}${reason === "" ? "" : ` (${reason})`}.`;
}
