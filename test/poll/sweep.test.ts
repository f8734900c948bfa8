import { expect, test } from "vitest";
import { emptyState, type SegmentState } from "../../lib/domain/schedule/poller-state.ts";
import { FIXED_SCHEDULE } from "../../lib/domain/schedule/polling-schedule.ts";
import { jobPk } from "../../lib/domain/table-keys.ts";
import { Polling } from "../../lib/poll/polling.ts";
import { sweepOpen } from "../../lib/poll/sweep.ts";
import { jobKey, NOW, RULES } from "../jobs.ts";

const SEGMENT: SegmentState = { ...emptyState(), segment: 0, segmentCount: 1, leaseUntil: 0, windowEnd: NOW - 600_000 };

/** Makes one sweep over jobs, given their age in seconds, with a budget of one poll. Returns which jobs it polled. */
async function polled(jobs: Record<string, number>): Promise<string[]> {
  const found: string[] = [];
  const entries = Object.entries(jobs).map(([jobId, seconds]) => {
    return { pk: jobPk(jobKey(jobId)), tracking: { registeredAt: 0, trackedSince: NOW - seconds * 1_000 } };
  });
  const clock = { now: () => NOW, sleep: () => new Promise<void>(() => undefined) };
  const poll = async ({ key }: { key: { jobId: string } }) => {
    found.push(key.jobId);
    return "good" as const;
  };
  const polling = new Polling(clock, { concurrency: 4, pollsPerSecond: 0.01, lastPollAt: NOW + 50_000, poll }, SEGMENT);
  const ports = {
    table: {
      scanOpen: async function* () {
        yield { entries };
      },
    },
    learning: { scheduleOf: () => FIXED_SCHEDULE },
    clock,
  } as never;
  const delivery = {
    add: () => undefined,
    scanBegins: () => ({ visit: () => undefined, save: async () => undefined }),
    scanEnded: () => undefined,
    drain: async () => undefined,
    waiting: () => ({ suspended: 0 }),
  };
  const discovery = { visit: () => undefined, drain: async () => undefined, tookNew: () => false, kept: () => ({ lists: {} }) };
  await sweepOpen(ports, { pollsPerSecond: 0.01, rules: RULES }, SEGMENT, {
    polling,
    delivery,
    discovery,
    lastPollAt: NOW + 50_000,
  });
  await polling.stop();
  return found;
}

test("the job that has been due for longest is polled first, wherever the sweep finds it", async () => {
  expect(await polled({ one: 100, old: 500 })).toEqual(["old"]);
  expect(await polled({ old: 500, one: 100 })).toEqual(["old"]);
  expect(await polled({ one: 100, old: 500, other: 200 })).toEqual(["old"]);
  expect(await polled({ old: 500, one: 100, other: 200 })).toEqual(["old"]);
  expect(await polled({ one: 100, other: 200, old: 500 })).toEqual(["old"]);
});
