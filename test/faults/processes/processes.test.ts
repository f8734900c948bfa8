import { expect, it } from "vitest";
import { runProcesses } from "./index.ts";

it("row 41: nothing is lost, false or out of order when the packaged function is killed and stopped under load", async () => {
  const report = await runProcesses({ kills: 6, stops: 1, worlds: 7, speed: 15 });
  expect(report.breaches).toEqual([]);
  expect(report.jobs).toBeGreaterThan(50);
  expect(report.posts).toBeGreaterThan(10);
}, 240_000);
