import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type Mode, NOTHING, sum, type Totals } from "./campaign.ts";

/** A part of a campaign that one thread runs at a time. */
export interface Work {
  mode: Mode;
  first: number;
  count: number;
}

export interface WorkerPool {
  run(work: Work): Promise<Totals>;
  terminate(): Promise<void>;
}

/** Distributes campaigns over threads, in parts so short that all threads finish at about the same time. */
export function createWorkerPool(size: number): WorkerPool {
  const workers = Array.from({ length: size }, () => new Worker(new URL("./worker.ts", import.meta.url)));

  return {
    async run({ mode, first, count }) {
      const partSize = Math.max(Math.min(Math.ceil(count / (size * 20)), 2_000), 1);
      let next = first;
      let totals = NOTHING;
      const drive = async (worker: Worker) => {
        while (next < first + count) {
          const work: Work = { mode, first: next, count: Math.min(partSize, first + count - next) };
          next += work.count;
          worker.postMessage(work);
          const [done] = await once(worker, "message");
          totals = sum(totals, done);
        }
      };
      await Promise.all(workers.map(drive));
      return totals;
    },
    async terminate() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
