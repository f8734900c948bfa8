import { parentPort } from "node:worker_threads";
import { runCampaign } from "./campaign.ts";
import type { Work } from "./worker-pool.ts";

// One thread of the worker pool: runs the parts that it gets and returns the results.

Error.stackTraceLimit = 0;
parentPort?.on("message", async ({ mode, first, count }: Work) => {
  parentPort?.postMessage(await runCampaign(mode, first, count));
});
