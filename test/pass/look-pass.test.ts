import { expect, test } from "vitest";
import { jobPk } from "../../lib/job/names.ts";
import { fixedPace } from "../../lib/job/pace.ts";
import { createJobHealth } from "../../lib/pass/job-health.ts";
import { createLooking } from "../../lib/pass/look-pass.ts";
import type { Cycle } from "../../lib/ports.ts";
import { jobKey, NOW, RULES } from "../jobs.ts";

const CYCLE: Cycle = {
  ...{ segment: 0, of: 1, leaseUntil: 0, windowEnd: NOW - 600_000 },
  ...{ behind: {}, open: {}, openJobs: {}, resting: {}, seen: {}, failing: {} },
};

/** One pass over jobs that are watched since so many seconds ago, with a budget of one look; gives back whom it looked at. */
async function lookedAt(jobs: Record<string, number>): Promise<string[]> {
  const looked: string[] = [];
  const entries = Object.entries(jobs).map(([jobId, seconds]) => {
    return { pk: jobPk(jobKey(jobId)), watch: { watchedSince: NOW - seconds * 1_000 } };
  });
  const ports = {
    table: {
      scanOpen: async function* () {
        yield { entries };
      },
    },
    cloud: {
      look: async ({ jobId }: { jobId: string }) => {
        looked.push(jobId);
        return { kind: "unreachable", cause: "unavailable", reason: "503" };
      },
    },
    learning: { paceOf: (_source: string, _watch: object, stretchMs: number) => fixedPace(stretchMs) },
    clock: { now: () => NOW, sleep: async () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  } as never;
  const settings = { concurrency: 4, looksPerSecond: 0.01, rules: RULES };
  const delivery = {
    add: () => undefined,
    scanned: () => undefined,
    settle: async () => undefined,
    waiting: () => ({ parked: 0 }),
  };
  await createLooking(ports, settings, delivery, createJobHealth(CYCLE), NOW + 50_000)(CYCLE);
  return looked;
}

test("what has been due for longest is looked at first, wherever the scan finds it", async () => {
  expect(await lookedAt({ one: 100, old: 500 })).toEqual(["old"]);
  expect(await lookedAt({ old: 500, one: 100 })).toEqual(["old"]);
  expect(await lookedAt({ one: 100, old: 500, other: 200 })).toEqual(["old"]);
  expect(await lookedAt({ old: 500, one: 100, other: 200 })).toEqual(["old"]);
  expect(await lookedAt({ one: 100, other: 200, old: 500 })).toEqual(["old"]);
});
