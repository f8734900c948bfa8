import { expect, test } from "vitest";
import type { Unreachable } from "../../lib/job/job.ts";
import { newSight, observeProject, type ProjectLooks, type Sight } from "../../lib/job/sight.ts";
import { MINUTE, START } from "./script.ts";

const PROJECT = "0123456789abcdef0123456789abcdef";
const bad: Unreachable = { kind: "unreachable", cause: "credentials", reason: "HTTP 401" };
const none: ProjectLooks = { good: 0, badLooks: 0, open: 5, ended: [] };
const good: ProjectLooks = { ...none, good: 1 };
const blinding: ProjectLooks = { ...none, bad, badLooks: 2 };

/** One pass a row: minute, what it saw. Gives what operators are told, and at which minutes something is written. */
function watch(passes: [minute: number, looks: ProjectLooks][]): { sight: Sight; told: string[]; writes: number[] } {
  let sight = newSight(PROJECT);
  const writes: number[] = [];
  for (const [minute, looks] of passes) {
    const next = observeProject(sight, looks, START + minute * MINUTE, "ops");
    if (next !== sight) writes.push(minute);
    sight = next;
  }
  return {
    sight,
    writes,
    told: sight.transitions.map(({ at, kind, reason }) => `${(at - START) / MINUTE} ${kind}: ${reason}`),
  };
}

const passes = (minutes: number[], looks: ProjectLooks): [number, ProjectLooks][] => minutes.map((minute) => [minute, looks]);

const BLIND_AT_5 = "5 blind: credentials: HTTP 401";

test.each<{ name: string; seen: [number, ProjectLooks][]; writes: number[]; told?: string[] }>([
  { name: "good looks change nothing", seen: passes([0, 1, 2], good), writes: [] },
  { name: "a pass without looks changes nothing", seen: passes([0, 1], none), writes: [] },
  {
    name: "one bad look among several open jobs is no blindness",
    seen: passes([0, 9], { ...blinding, badLooks: 1 }),
    writes: [],
  },
  { name: "two bad looks and no good one begin blindness", seen: passes([0], blinding), writes: [0] },
  {
    name: "the only open job's bad look begins blindness",
    seen: passes([0], { ...blinding, badLooks: 1, open: 1 }),
    writes: [0],
  },
  {
    name: "bad looks beside a good one are no blindness",
    seen: passes([0, 9], { ...blinding, good: 1, badLooks: 9 }),
    writes: [],
  },
  { name: "blindness of less than 5 minutes is not told", seen: passes([0, 1, 2, 4.9], blinding), writes: [0] },
  { name: "blindness of 5 minutes is told once", seen: passes([0, 1, 5, 6, 60], blinding), writes: [0, 5], told: [BLIND_AT_5] },
  {
    name: "one bad look goes on with a blindness",
    seen: [
      [0, blinding],
      [5, { ...blinding, badLooks: 1 }],
    ],
    writes: [0, 5],
    told: [BLIND_AT_5],
  },
  {
    name: "a pass without looks tells nothing of a blindness",
    seen: [
      [0, blinding],
      [5, none],
    ],
    writes: [0],
  },
  {
    name: "blindness that ends untold leaves no trace",
    seen: [
      [0, blinding],
      [4, good],
      [9, blinding],
    ],
    writes: [0, 4, 9],
  },
  {
    name: "sight restored says so once, a minute later",
    seen: [...passes([0, 5], blinding), ...passes([7, 7.5, 8, 9], good)],
    writes: [0, 5, 7, 8],
    told: [BLIND_AT_5, "7 sighted: no job ended meanwhile"],
  },
  {
    name: "sight restored says what ended meanwhile",
    seen: [...passes([0, 5], blinding), [7, { ...good, ended: ["copy"] }], [7.5, { ...good, ended: ["resize"] }], [8, good]],
    writes: [0, 5, 7, 7.5, 8],
    told: [BLIND_AT_5, "7 sighted: ended meanwhile: copy, resize"],
  },
  {
    name: "sight restored is told at once where no job is left to look at",
    seen: [...passes([0, 5], blinding), [7, { ...good, open: 2, ended: ["copy", "resize"] }]],
    writes: [0, 5, 7],
    told: [BLIND_AT_5, "7 sighted: ended meanwhile: copy, resize"],
  },
  {
    name: "sight restored is told though the last jobs were stopped meanwhile",
    seen: [...passes([0, 5], blinding), [7, good], [8, { ...none, open: 0 }]],
    writes: [0, 5, 7, 8],
    told: [BLIND_AT_5, "7 sighted: no job ended meanwhile"],
  },
  {
    name: "sight that flickers is not told, and what ended is not forgotten",
    seen: [...passes([0, 5], blinding), [7, { ...good, ended: ["copy"] }], [7.5, blinding], ...passes([20, 21], good)],
    writes: [0, 5, 7, 7.5, 20, 21],
    told: [BLIND_AT_5, "20 sighted: ended meanwhile: copy"],
  },
  {
    name: "a second blindness is told again",
    seen: [...passes([0, 5], blinding), ...passes([7, 8], good), ...passes([10, 15], blinding)],
    writes: [0, 5, 7, 8, 10, 15],
    told: [BLIND_AT_5, "7 sighted: no job ended meanwhile", "15 blind: credentials: HTTP 401"],
  },
])("$name", ({ seen, writes, told = [] }) => {
  const watched = watch(seen);
  expect(watched.writes).toEqual(writes);
  expect(watched.told).toEqual(told);
  expect(watched.sight.alerts.map(({ channel, state }) => `${state} in ${channel}`)).toEqual(told.map(() => "pending in ops"));
});

test("both messages say since when the project was blind", () => {
  const { sight } = watch([...passes([0, 5], blinding), ...passes([9, 10], good)]);
  expect(sight.transitions.map(({ since }) => since)).toEqual([START, START]);
  expect(sight.blind).toBeUndefined();
});

test("the cause that is told is the last one", () => {
  const other: Unreachable = { kind: "unreachable", cause: "unavailable", reason: "HTTP 503" };
  const { told } = watch([
    [0, blinding],
    [5, { ...blinding, bad: other }],
  ]);
  expect(told).toEqual(["5 blind: unavailable: HTTP 503"]);
});

test("of many jobs that ended meanwhile ten are named", () => {
  const ended = Array.from({ length: 12 }, (_, index) => `job-${index}`);
  const { told } = watch([...passes([0, 5], blinding), [9, { ...good, ended }], [10, good]]);
  expect(told.at(-1)).toMatch(/job-0, .*job-9 and 2 more$/);
});
