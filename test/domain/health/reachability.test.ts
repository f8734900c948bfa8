import { expect, test } from "vitest";
import {
  newReachability,
  observeService,
  type Reachability,
  type ServicePolls,
  unreachableNow,
} from "../../../lib/domain/health/reachability.ts";
import type { Unreachable } from "../../../lib/domain/job/job.ts";
import { MINUTE, START } from "../job/script.ts";

const SERVICE = { projectId: "0123456789abcdef0123456789abcdef", service: "sfs-turbo" };
const bad: Unreachable = { kind: "unreachable", cause: "credentials", reason: "HTTP 401" };
const none: ServicePolls = { good: 0, failedPolls: 0, open: 5, ended: [] };
const good: ServicePolls = { ...none, good: 1 };
const failing: ServicePolls = { ...none, bad, failedPolls: 2 };

type Sweeps = [minute: number, polls: ServicePolls][];

/** Runs the sweeps. Returns the notices for operators, and the minutes at which something is written. */
function sweep(sweeps: Sweeps): { record: Reachability; notices: string[]; writes: number[] } {
  let record = newReachability(SERVICE);
  const writes: number[] = [];
  for (const [minute, polls] of sweeps) {
    const next = observeService(record, polls, START + minute * MINUTE, "ops");
    if (next !== record) writes.push(minute);
    record = next;
  }
  return {
    record,
    writes,
    notices: record.transitions.map(({ at, kind, reason }) => `${(at - START) / MINUTE} ${kind}: ${reason}`),
  };
}

const at = (minutes: number[], polls: ServicePolls): Sweeps => minutes.map((minute) => [minute, polls]);
const every = (step: number, until: number): number[] => Array.from({ length: until / step }, (_, index) => index * step);

const REPORTED_AT_5 = "5 unreachable: credentials: HTTP 401";

test.each<{ name: string; sweeps: Sweeps; writes: number[]; notices?: string[] }>([
  { name: "good polls change nothing", sweeps: at([0, 1, 2], good), writes: [] },
  { name: "a sweep without polls changes nothing", sweeps: at([0, 1], none), writes: [] },
  {
    name: "one failed poll among several open jobs is no outage",
    sweeps: at([0, 9], { ...failing, failedPolls: 1 }),
    writes: [],
  },
  { name: "two failed polls and no good one begin an outage", sweeps: at([0], failing), writes: [0] },
  {
    name: "the only open job's failed poll begins an outage",
    sweeps: at([0], { ...failing, failedPolls: 1, open: 1 }),
    writes: [0],
  },
  {
    name: "failed polls beside a good one are no outage",
    sweeps: at([0, 9], { ...failing, good: 1, failedPolls: 9 }),
    writes: [],
  },
  { name: "an outage of less than 5 minutes is not reported", sweeps: at([0, 1, 2, 4.9], failing), writes: [0] },
  {
    name: "an outage of 5 minutes is reported once within the hour, and its cause is updated",
    sweeps: at([0, 1, 5, 6, 12], failing),
    writes: [0, 5, 12],
    notices: [REPORTED_AT_5],
  },
  {
    name: "one failed poll continues an outage",
    sweeps: [
      [0, failing],
      [5, { ...failing, failedPolls: 1 }],
    ],
    writes: [0, 5],
    notices: [REPORTED_AT_5],
  },
  {
    name: "a sweep without polls does not change an outage",
    sweeps: [
      [0, failing],
      [5, none],
    ],
    writes: [0],
  },
  {
    name: "an outage that ends before it is reported is not recorded",
    sweeps: [
      [0, failing],
      [4, good],
      [9, failing],
    ],
    writes: [0, 4, 9],
  },
  {
    name: "a recovery is reported once, a minute later",
    sweeps: [...at([0, 5], failing), ...at([7, 7.5, 8, 9], good)],
    writes: [0, 5, 7, 8],
    notices: [REPORTED_AT_5, "7 recovered: no job ended in that time"],
  },
  {
    name: "a recovery names the jobs that ended",
    sweeps: [...at([0, 5], failing), [7, { ...good, ended: ["copy"] }], [7.5, { ...good, ended: ["resize"] }], [8, good]],
    writes: [0, 5, 7, 7.5, 8],
    notices: [REPORTED_AT_5, "7 recovered: jobs that ended: copy, resize"],
  },
  {
    name: "a recovery is reported at once if no job is left to poll",
    sweeps: [...at([0, 5], failing), [7, { ...good, open: 2, ended: ["copy", "resize"] }]],
    writes: [0, 5, 7],
    notices: [REPORTED_AT_5, "7 recovered: jobs that ended: copy, resize"],
  },
  {
    name: "a recovery is reported even if the last jobs were stopped",
    sweeps: [...at([0, 5], failing), [7, good], [8, { ...none, open: 0 }]],
    writes: [0, 5, 7, 8],
    notices: [REPORTED_AT_5, "7 recovered: no job ended in that time"],
  },
  {
    name: "a recovery that does not last is not reported, and its ended jobs are not forgotten",
    sweeps: [...at([0, 5], failing), [7, { ...good, ended: ["copy"] }], [7.5, failing], ...at([20, 21], good)],
    writes: [0, 5, 7, 7.5, 20, 21],
    notices: [REPORTED_AT_5, "20 recovered: jobs that ended: copy"],
  },
  {
    name: "a second outage is reported again",
    sweeps: [...at([0, 5], failing), ...at([7, 8], good), ...at([10, 15], failing)],
    writes: [0, 5, 7, 8, 10, 15],
    notices: [REPORTED_AT_5, "7 recovered: no job ended in that time", "15 unreachable: credentials: HTTP 401"],
  },
  {
    name: "an outage without polls for six hours ends without a notice",
    sweeps: [...at([0, 5], failing), [5 + 361, good], [370, good]],
    writes: [0, 5, 366],
    notices: [REPORTED_AT_5],
  },
  {
    name: "polls that fail after such a pause begin a new outage",
    sweeps: [...at([0, 5], failing), ...at([400, 404, 405], failing)],
    writes: [0, 5, 400, 405],
    notices: [REPORTED_AT_5, "405 unreachable: credentials: HTTP 401"],
  },
])("$name", ({ sweeps, writes, notices = [] }) => {
  const swept = sweep(sweeps);
  expect(swept.writes).toEqual(writes);
  expect(swept.notices).toEqual(notices);
  expect(swept.record.notifications.map(({ channel, state }) => `${state} in ${channel}`)).toEqual(
    notices.map(() => "pending in ops"),
  );
});

test("operators are reminded after 1, 4 and 24 hours, then every day", () => {
  const { notices } = sweep(at(every(1, 60 * 24 * 3), failing));
  const hours = notices.map((notice) => [(Number(notice.split(" ")[0]) - 5) / 60, notice.split(/[ :]/)[1]]);
  expect(hours).toEqual([
    [0, "unreachable"],
    [1, "still-unreachable"],
    [5, "still-unreachable"],
    [29, "still-unreachable"],
    [53, "still-unreachable"],
  ]);
});

test("an outage of a day costs one write per 5 minutes, for any number of sweeps", () => {
  const { writes } = sweep(at(every(1 / 12, 60 * 24), failing));
  expect(writes.length).toBeLessThanOrEqual((60 * 24) / 5 + 5);
});

test("both notices contain the time since when the service was unreachable, and the first its request id", () => {
  const withId = { ...failing, bad: { ...bad, requestId: "req-7" } };
  const { record } = sweep([...at([0, 5], withId), ...at([9, 10], good)]);
  expect(record.transitions.map(({ since, requestId }) => [since, requestId])).toEqual([
    [START, "req-7"],
    [START, undefined],
  ]);
  expect(record.unreachable).toBeUndefined();
});

test("reports the last cause", () => {
  const other: Unreachable = { kind: "unreachable", cause: "unavailable", reason: "HTTP 503" };
  const { notices } = sweep([
    [0, failing],
    [5, { ...failing, bad: other }],
  ]);
  expect(notices).toEqual(["5 unreachable: unavailable: HTTP 503"]);
});

test("a recovery names at most ten ended jobs", () => {
  const ended = Array.from({ length: 12 }, (_, index) => `job-${index}`);
  const { notices } = sweep([...at([0, 5], failing), [9, { ...good, ended }], [10, good]]);
  expect(notices.at(-1)).toMatch(/job-0, .*job-9 and 2 more$/);
});

test("a service counts as unreachable until it answers or is no longer polled", () => {
  const { record } = sweep(at([0], failing));
  expect(unreachableNow(record, START + MINUTE)).toMatchObject({ since: START, reason: "HTTP 401" });
  expect(unreachableNow(record, START + 16 * MINUTE)).toBeUndefined();
  expect(unreachableNow(sweep([...at([0, 5], failing), [7, good]]).record, START + 7 * MINUTE)).toBeUndefined();
});
