import { expect, test } from "vitest";
import { createOpenJobs } from "../../lib/delivery/read-open-jobs.ts";
import { jobPk } from "../../lib/job/names.ts";
import { openEntry, type Subject } from "../../lib/job/subject.ts";
import { registered, seen } from "../jobs.ts";

function start(states: ("running" | "success")[], glance?: () => Promise<Subject | undefined>) {
  const jobs = states.map((state, n) => registered(`job-${n}`, seen(state)));
  const subjects = new Map(jobs.map((record) => [jobPk(record), { kind: "job", record } as const]));
  const calls = { scans: 0, reads: 0, warnings: 0 };
  const table = {
    async *scanOpen() {
      calls.scans++;
      yield { entries: [...subjects.values()].flatMap((subject) => openEntry(subject) ?? []) };
    },
    glance: async (pk: string) => {
      calls.reads++;
      return glance ? await glance() : subjects.get(pk);
    },
  };
  const log = { warn: () => calls.warnings++ };
  return { openJobs: createOpenJobs({ table, log } as never), calls };
}

test("jobs that go on are read once, and what has ended and only waits to be told is not read", async () => {
  const { openJobs, calls } = start(["running", "success", "running"]);
  expect((await openJobs()).map(({ jobId }) => jobId)).toEqual(["job-0", "job-2"]);
  await openJobs();
  expect(calls).toEqual({ scans: 1, reads: 2, warnings: 0 });
});

test("of more than 200 open jobs none is read", async () => {
  const { openJobs, calls } = start(Array(201).fill("running"));
  expect(await openJobs()).toEqual([]);
  expect(calls).toEqual({ scans: 1, reads: 0, warnings: 0 });
});

test("a table that fails costs a digest its ending, and nothing else", async () => {
  const { openJobs, calls } = start(["running"], () => Promise.reject(new Error("throttled")));
  expect(await openJobs()).toEqual([]);
  expect(calls.warnings).toBe(1);
});
