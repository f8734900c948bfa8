import type { WatchableSource } from "../../../../lib/domain/job/sources.ts";
import type { Plan } from "../plan.ts";

/** A schedule with project watches: what people do in the console, what teams do, and how lists fail. Times in ms from the start. */
export interface ListPlan extends Plan {
  shares: SharePlan[];
  /** Entries in the log of the backups. */
  backups: OperationPlan[];
  watches: WatchPlan[];
  byHand: TeamAction[];
  stops: TeamAction[];
  listRates: ListRates;
  narrowed?: Narrowed;
  /** What the service answers for a deleted share: for certain, or in the same way as for a missing right. */
  gone: "certain" | "conditional";
  maxOpenJobs: number;
}

export interface SharePlan {
  id: string;
  name: string;
  /** The creation, then the operations one after another. */
  creation: OperationPlan;
  operations: OperationPlan[];
  deletedAt: number;
}

export interface OperationPlan {
  /** The id of the share, or of the log entry. */
  id: string;
  operation: string;
  at: number;
  endAt: number;
  end: "success" | "failed";
}

export interface WatchPlan {
  team: Team;
  source: WatchableSource;
  at: number;
  endAt: number;
  operations?: string[];
  names?: string[];
  notifyOn?: ("started" | "succeeded" | "failed")[];
}

export interface TeamAction {
  team: Team;
  id: string;
  operation: string;
  at: number;
}

/** Probabilities per list. */
export interface ListRates {
  fails: number;
  /** One share is missing, as if it had moved between two pages. */
  shifts: number;
  halves: number;
  slow: number;
}

/** A permission that is narrowed for a while. */
export interface Narrowed {
  from: number;
  until: number;
  hidden: string[];
  answer: 403 | 404;
}

/** Each team has a channel of its own. */
export const CHANNEL_OF = { storage: "alpha", hpc: "beta" } as const;
export type Team = keyof typeof CHANNEL_OF;
