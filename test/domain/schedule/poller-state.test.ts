import { expect, test } from "vitest";
import { bounded, emptyState, type PollerState, steadyLoad } from "../../../lib/domain/schedule/poller-state.ts";

const PROJECT = "0123456789abcdef0123456789abcde";
const team = (nth: number) => `team-with-a-name-as-long-as-${String(nth).padStart(4, "0")}`;

/** The state of a segment with a backlog of this many teams in each of ten projects. */
function stateOf(teams: number): PollerState {
  const numbers = [...Array(teams).keys()];
  const pairs = <Value>(value: (nth: number) => Value) => Object.fromEntries(numbers.map((nth) => [team(nth), value(nth)]));
  const projects = [...Array(10).keys()].map((digit) => `${PROJECT}${digit}`);
  const each = <Value>(value: Value) => projects.map((projectId) => [projectId, value] as const);
  return {
    ...emptyState(),
    windowEnd: 1_000_000,
    backlog: Object.fromEntries(each(pairs((nth) => 900_000 + nth)).map(([id, value]) => [`${id}#sfs-turbo`, value])),
    open: Object.fromEntries(each(pairs((nth) => [nth, 0, 0, 0]))),
    openJobs: pairs((nth) => nth),
    backOff: { [`${PROJECT}0#sfs-turbo`]: { probes: pairs(() => ({ seen: [4, 1_764_255_000_000] as [number, number] })) } },
  };
}

test("the state of 1,000 teams in ten projects is bounded", () => {
  expect(JSON.stringify(bounded(stateOf(1_000))).length).toBeLessThan(40_000);
});

test("a dropped window end becomes the window end of all, so that no due poll is lost", () => {
  const state = stateOf(30);
  const { windowEnd, backlog } = bounded(state);
  const kept = Object.entries(backlog).flatMap(([id, teams]) =>
    Object.entries(teams).map(([name, from]) => [`${id} ${name}`, from]),
  );
  expect(kept).toHaveLength(200);
  const endOf = new Map(kept as [string, number][]);
  for (const [id, teams] of Object.entries(state.backlog)) {
    for (const [name, from] of Object.entries(teams)) {
      expect(endOf.get(`${id} ${name}`) ?? windowEnd).toBeLessThanOrEqual(from);
    }
  }
});

test("keeps the open jobs of the largest teams", () => {
  const { open, openJobs } = bounded(stateOf(1_000));
  expect(Object.keys(openJobs)).toHaveLength(200);
  expect(openJobs[team(999)]).toBe(999);
  expect(Object.keys(open[`${PROJECT}0`] ?? {})).toContain(team(999));
});

test("a small state is returned unchanged", () => {
  expect(bounded(stateOf(3))).toEqual(stateOf(3));
});

test("a load changes only by more than a tenth", () => {
  const kept = steadyLoad(undefined, [100, 0, 0, 0]);
  expect(kept).toEqual([110, 0, 0, 0]);
  expect(steadyLoad(kept, [108, 0, 0, 0])).toEqual([110, 0, 0, 0]);
  expect(steadyLoad(kept, [90, 0, 0, 0])).toEqual([110, 0, 0, 0]);
  expect(steadyLoad(kept, [120, 0, 0, 0])).toEqual([132, 0, 0, 0]);
  expect(steadyLoad(kept, [80, 0, 0, 0])).toEqual([88, 0, 0, 0]);
});
