import { POLL_OUTCOMES, type PollOutcome } from "../job/last-poll.ts";
import { listRightOf, type WatchableSource } from "../job/sources.ts";
import type { FailingLists, Watch } from "./watch.ts";

/** `pending`: no list has been read for the watch yet. */
export type ListOutcome = "pending" | "listed" | FailingLists["cause"];

/** What a watch can see of its project at the moment. */
export interface LastList {
  outcome: ListOutcome;
  /** When a complete list was last read. */
  at?: number;
  /** Start of the period without a complete list. */
  since?: number;
  reason?: string;
  /** The X-request-id of the failed list. */
  requestId?: string;
}

const isListCause = (outcome: PollOutcome) => outcome !== "missing";
export const LIST_OUTCOMES = ["pending", "listed", "incomplete", ...POLL_OUTCOMES.filter(isListCause)] as ListOutcome[];

/** `listedAt`: the last complete list according to the poller. */
export function lastListOf({ failing, startedAt }: Watch, listedAt = startedAt): LastList {
  if (failing) {
    const { cause: outcome, since, reason, requestId, listedAt: at = listedAt } = failing;
    return { outcome, ...(at !== undefined && { at }), since, reason, ...(requestId !== undefined && { requestId }) };
  }
  return listedAt === undefined ? { outcome: "pending" } : { outcome: "listed", at: listedAt };
}

/** Returns the right in the cloud that a refused list needs; undefined if the list has another outcome. */
export function missingRight(source: WatchableSource, { outcome }: Pick<LastList, "outcome">): string | undefined {
  return outcome === "not-permitted" ? listRightOf(source) : undefined;
}
