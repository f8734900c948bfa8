import { expect, it } from "vitest";
import { runProcesses } from "./index.ts";

// On a busy machine, fast time outruns the processes, so the test runs again once. `npm run faults -- --kills 200` prints figures.
const REAL_TIME = { timeout: 240_000, retry: 1 };

it("row 41: nothing is lost, false or out of order when the packaged function is killed and paused", REAL_TIME, async () => {
  const report = await runProcesses({ kills: 4, stops: 1, worlds: 5, speed: 10 });
  expect(report.breaches).toEqual([]);
  expect(report.jobs).toBeGreaterThan(30);
  expect(report.posts).toBeGreaterThan(6);
});
