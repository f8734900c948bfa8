import type { Watch } from "../../../../lib/domain/discovery/watch.ts";
import type { WatchableSource } from "../../../../lib/domain/job/sources.ts";
import type { Process } from "../processes.ts";
import type { Poll } from "../simulation.ts";
import type { Post } from "../sink.ts";
import type { Store } from "../store.ts";
import type { ListPlan } from "./plan.ts";

/** A list that succeeded. Times from the start of the plan. */
export interface ListEvidence {
  source: WatchableSource;
  /** When the cloud read the resources. */
  at: number;
  /** When it was requested, by the clock of the process. */
  stamp: number;
  process: Process;
  /** Existing resources that it lacks. */
  omitted: ReadonlySet<string>;
  /** Entries of a log that began at this time or later. */
  since: number;
  /** The poller stored that it has applied this list. */
  isClaimed: boolean;
}

export interface WatchInterval {
  team: string;
  watch: Watch;
  from: number;
  until: number;
}

/** What teams did with a job: registered it by hand, or stopped it. */
export interface JobEvidence {
  team: string;
  jobId: string;
  at: number;
  kind: "registered" | "stopped";
}

/** What a judge needs besides the messages in the channels. */
export interface Evidence {
  lists: ListEvidence[];
  watches: WatchInterval[];
  jobs: JobEvidence[];
  /** A call of the table failed for these processes, so that they may have to repeat a part of a list. */
  troubled: Set<Process>;
}

/** All that a judge knows of a schedule. */
export interface Case {
  plan: ListPlan;
  posts: Post[];
  polls: Poll[];
  evidence: Evidence;
}

export function newEvidence(): Evidence {
  return { lists: [], watches: [], jobs: [], troubled: new Set() };
}

/** Notes what takes effect in the store, even if the process that wrote it never gets an answer. */
export function witness(store: Store, evidence: Evidence, elapsed: () => number): Store {
  return {
    ...store,
    save(stored) {
      const saved = store.save(stored);
      const at = elapsed();
      if (saved?.kind === "watches") noteWatches(evidence, saved.record.team, saved.record.watches, at);
      if (saved?.kind === "job") {
        const { team, jobId, origin, version, state } = saved.record;
        if (!origin && version === 1) evidence.jobs.push({ team, jobId, at, kind: "registered" });
        if (state === "stopped") evidence.jobs.push({ team, jobId, at, kind: "stopped" });
      }
      return saved;
    },
    closeSegment(state) {
      const isClosed = store.closeSegment(state);
      if (isClosed)
        for (const [stamp] of Object.values(state.lists))
          for (const list of evidence.lists) if (list.stamp === stamp) list.isClaimed = true;
      return isClosed;
    },
  };
}

function noteWatches({ watches }: Evidence, team: string, now: readonly Watch[], at: number): void {
  const own = watches.filter((one) => one.team === team && one.until === Number.POSITIVE_INFINITY);
  for (const interval of own) if (!now.some(({ watchId }) => watchId === interval.watch.watchId)) interval.until = at;
  for (const watch of now) {
    const known = own.find((one) => one.watch.watchId === watch.watchId);
    if (known) known.watch = watch;
    else watches.push({ team, watch, from: at, until: Number.POSITIVE_INFINITY });
  }
}
