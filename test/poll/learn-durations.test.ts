import { expect, it } from "vitest";
import type { Job } from "../../lib/domain/job/job.ts";
import { type Durations, type JobType, withDuration } from "../../lib/domain/schedule/durations.ts";
import { createLearning } from "../../lib/poll/learn-durations.ts";
import type { LearnedDurations } from "../../lib/table-ports.ts";
import { NOW, registered, seen } from "../jobs.ts";

const MINUTE = 60_000;
const SOURCE = { team: "storage", source: "sfs-turbo-job" };
const OPEN = { jobType: "create_share", beginTime: NOW };

interface Faults {
  reads?: boolean;
  saves?: boolean;
  /** Number of saves that lose against another writer. */
  races?: number;
}

/** Starts the learning of one process over a table in memory that counts its calls. */
function learner(jobs = 0, faults: Faults = {}) {
  let durations: Durations = new Map();
  for (let index = 0; index < jobs; index++) durations = withDuration(durations, `known-${index}`, 60 * MINUTE);
  const state = { now: NOW, reads: 0, saves: 0, warnings: 0, stored: { durations, version: 1 } as LearnedDurations };
  const table = {
    readDurations: async ({ team }: JobType) => {
      state.reads++;
      if (faults.reads) throw new Error("no answer");
      return team === SOURCE.team ? state.stored : { durations: new Map(), version: 0 };
    },
    saveDurations: async ({ team }: JobType, learned: LearnedDurations) => {
      if (team !== SOURCE.team) return true;
      state.saves++;
      if (faults.saves) throw new Error("no answer");
      if (state.saves <= (faults.races ?? 0)) return false;
      state.stored = { ...learned, version: learned.version + 1 };
      return true;
    },
  };
  const log = { info: () => undefined, warn: () => state.warnings++, error: () => undefined };
  return { state, learning: createLearning({ table, clock: { now: () => state.now }, log }) };
}

function succeeded(jobId: string, team?: string): Job {
  const end = seen("success", { jobType: "create_share", beginTime: NOW - MINUTE, endTime: NOW });
  return registered(jobId, end, team === undefined ? {} : { team });
}

it("reads a type once in five minutes, and uses the known durations until the read has ended", async () => {
  const { state, learning } = learner(20);
  const unknown = learning.scheduleOf(SOURCE, OPEN);
  expect(unknown.fromBegin).toBe(false);
  for (let pass = 0; pass < 100; pass++) learning.scheduleOf(SOURCE, OPEN);
  await learning.flush();
  const learned = learning.scheduleOf(SOURCE, OPEN);
  expect(learned.fromBegin).toBe(true);
  expect(learning.scheduleOf(SOURCE, OPEN)).toBe(learned);
  expect(state.reads).toBe(1);
  state.now += 5 * MINUTE;
  expect(learning.scheduleOf(SOURCE, OPEN)).toBe(learned);
  expect(state.reads).toBe(2);
});

it("reads nothing if a job has no type or has not begun", async () => {
  const { state, learning } = learner(20);
  learning.scheduleOf(SOURCE, {});
  learning.scheduleOf(SOURCE, { jobType: "create_share" });
  expect(await learning.typical(SOURCE, undefined)).toBeUndefined();
  await learning.flush();
  expect(state.reads).toBe(0);
});

it("knows the typical duration from 10 jobs on, and waits for the read if it must", async () => {
  const few = learner(9).learning;
  expect(await few.typical(SOURCE, "create_share")).toBeUndefined();
  const { learning } = learner(10);
  expect(learning.knownTypical(SOURCE, "create_share")).toBeUndefined();
  expect(await learning.typical(SOURCE, "create_share")).toMatchObject({ jobs: 10, p95Ms: 60 * MINUTE });
  expect(learning.knownTypical(SOURCE, "create_share")).toMatchObject({ jobs: 10 });
});

it("treats unreadable durations as none, reads no more for a while, and logs it", async () => {
  const { state, learning } = learner(20, { reads: true });
  expect(await learning.typical(SOURCE, "create_share")).toBeUndefined();
  expect(learning.scheduleOf(SOURCE, OPEN).fromBegin).toBe(false);
  expect(await learning.typical(SOURCE, "create_share")).toBeUndefined();
  expect(state).toMatchObject({ reads: 1, warnings: 1 });
});

it("learns from all jobs of a tick in one write, and from no job twice", async () => {
  const { state, learning } = learner();
  for (const jobId of ["one", "two", "three"]) learning.note(succeeded(jobId));
  learning.note(registered("failed", seen("failed", { jobType: "create_share", beginTime: NOW, endTime: NOW })));
  await learning.flush();
  expect(state.saves).toBe(1);
  expect([...state.stored.durations.values()]).toEqual([MINUTE, MINUTE, MINUTE]);
  learning.note(succeeded("two"));
  await learning.flush();
  await learning.flush();
  expect(state.saves).toBe(1);
});

it("retries once if another segment saved first", async () => {
  const { state, learning } = learner(0, { races: 1 });
  learning.note(succeeded("one"));
  await learning.flush();
  expect(state.saves).toBe(2);
  expect(state.stored.durations.size).toBe(1);
});

it.each([
  { name: "reads", faults: { reads: true } },
  { name: "saves", faults: { saves: true } },
  { name: "races", faults: { races: 9 } },
])("loses a sample and nothing else where the table fails: $name", async ({ faults }) => {
  const { state, learning } = learner(0, faults);
  learning.note(succeeded("one"));
  await learning.flush();
  expect(state.stored.durations.size).toBe(0);
  expect(state.saves).toBeLessThanOrEqual(2);
});

it("learns nothing from another team's jobs, and limits the types per team", async () => {
  const { state, learning } = learner(20);
  const hostile = { ...SOURCE, team: "hostile" };
  for (let index = 0; index < 50; index++) {
    const end = seen("success", { jobType: "create_share", beginTime: NOW - 1_000, endTime: NOW });
    learning.note(registered(`short-${index}`, end, { team: "hostile" }));
  }
  await learning.flush();
  for (let index = 0; index < 1_000; index++) {
    learning.scheduleOf(hostile, { ...OPEN, jobType: `type-${index}` });
    state.now += 1_000;
  }
  await learning.flush();
  expect(state.reads).toBe(1 + 20);
  expect(await learning.typical(hostile, "type-999")).toBeUndefined();
  expect(await learning.typical(SOURCE, "create_share")).toMatchObject({ jobs: 20, medianMs: 60 * MINUTE });
});

it("reads at most 20 types per second, so that 200 teams with five types each do not delay polls", async () => {
  const { state, learning } = learner(20);
  const meetAll = () => {
    for (let team = 0; team < 200; team++)
      for (let type = 0; type < 5; type++)
        learning.scheduleOf({ ...SOURCE, team: `team-${team}` }, { ...OPEN, jobType: `type-${type}` });
  };
  meetAll();
  await learning.flush();
  expect(state.reads).toBe(20);
  for (let second = 1; second < 60; second++) {
    state.now += 1_000;
    meetAll();
    await learning.flush();
  }
  expect(state.reads).toBe(1_000);
});
