import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type Mode, NOTHING, sum, type Totals } from "./campaign.ts";

/** A stretch of a campaign that one thread does at a time. */
export interface Work {
  mode: Mode;
  first: number;
  count: number;
}

export interface Crew {
  run(work: Work): Promise<Totals>;
  dismiss(): Promise<void>;
}

/** Spreads campaigns over threads, in stretches so short that all of them end at about the same time. */
export function createCrew(size: number): Crew {
  const workers = Array.from({ length: size }, () => new Worker(new URL("./worker.ts", import.meta.url)));

  return {
    async run({ mode, first, count }) {
      const period = Math.max(Math.min(Math.ceil(count / (size * 20)), 2_000), 1);
      let next = first;
      let totals = NOTHING;
      const drive = async (worker: Worker) => {
        while (next < first + count) {
          const work: Work = { mode, first: next, count: Math.min(period, first + count - next) };
          next += work.count;
          worker.postMessage(work);
          const [done] = await once(worker, "message");
          totals = sum(totals, done);
        }
      };
      await Promise.all(workers.map(drive));
      return totals;
    },
    async dismiss() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
