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

const SENTENCES: Record<FailingLists["cause"], string> = {
  incomplete: "The last list lacked many entries at once, so it was not believed",
  "not-permitted": "The cloud does not permit us to list this project",
  credentials: "The cloud does not accept our credentials",
  configuration: "The cloud rejected the last list, or another server answers at its address",
  throttled: "The cloud asked us to list this project less often",
  unavailable: "The cloud was unavailable at the last list",
  "invalid-response": "The cloud returned an unreadable list",
};

export const LIST_OUTCOMES = ["pending", "listed", ...Object.keys(SENTENCES)] as ListOutcome[];

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

/** "The cloud does not permit us to list this project (APIGW.0305)." */
export function failedListSentence(outcome: FailingLists["cause"], reason: string): string {
  return `${SENTENCES[outcome]}${reason === "" ? "" : ` (${reason.replace(/\.$/, "")})`}.`;
}
