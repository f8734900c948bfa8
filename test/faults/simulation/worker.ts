import { parentPort } from "node:worker_threads";
import { runCampaign } from "./campaign.ts";
import type { Work } from "./crew.ts";

// One thread of the crew: asks for nothing, does what it is given, and says what came of it.

Error.stackTraceLimit = 0;
parentPort?.on("message", async ({ mode, first, count }: Work) => {
  parentPort?.postMessage(await runCampaign(mode, first, count));
});
