import { expect, test } from "vitest";
import { createOpenJobs } from "../../lib/delivery/read-open-jobs.ts";
import { openEntry, type StoredRecord } from "../../lib/domain/stored-record.ts";
import { jobPk } from "../../lib/domain/table-keys.ts";
import { registered, seen } from "../jobs.ts";

type Teams = Record<string, ("running" | "success")[]>;

function start(teams: Teams, readEventuallyConsistent?: (pk: string) => Promise<StoredRecord | undefined>) {
  const jobs = Object.entries(teams).flatMap(([team, states]) =>
    states.map((state, n) => registered(`${team}-${n}`, seen(state), { team })),
  );
  const stored = new Map(jobs.map((record) => [jobPk(record), { kind: "job", record } as const]));
  const calls = { queries: 0, reads: 0, warnings: 0 };
  const table = {
    async *openOf(team: string) {
      calls.queries++;
      const own = [...stored.values()].filter(({ record }) => record.team === team);
      yield own.flatMap((stored) => openEntry(stored) ?? []);
    },
    readEventuallyConsistent: async (pk: string) => {
      calls.reads++;
      return readEventuallyConsistent ? await readEventuallyConsistent(pk) : stored.get(pk);
    },
  };
  const log = { warn: () => calls.warnings++ };
  const openJobs = createOpenJobs({ table, log } as never);
  const namesOf = async (...names: string[]) => (await openJobs(new Set(names))).map(({ jobId }) => jobId).sort();
  return { namesOf, calls };
}

test("the open jobs of a team are read once, without ended jobs that have pending notifications", async () => {
  const { namesOf, calls } = start({ own: ["running", "success", "running"], other: ["running"] });
  expect(await namesOf("own")).toEqual(["own-0", "own-2"]);
  await namesOf("own");
  expect(calls).toEqual({ queries: 1, reads: 2, warnings: 0 });
  expect(await namesOf("own", "other")).toEqual(["other-0", "own-0", "own-2"]);
  expect(calls).toEqual({ queries: 2, reads: 3, warnings: 0 });
});

test("a team with more than 200 open jobs is skipped, and other teams are not", async () => {
  const { namesOf, calls } = start({ many: Array(201).fill("running"), few: ["running"] });
  expect(await namesOf("many", "few")).toEqual(["few-0"]);
  expect(calls).toEqual({ queries: 2, reads: 1, warnings: 0 });
});

test("a digest reads at most 1,000 open jobs, those of small teams first", async () => {
  const many = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`many-${index}`, Array(200).fill("running")]));
  const { namesOf, calls } = start({ ...many, few: ["running"] });
  expect(await namesOf(...Object.keys(many), "few")).toContain("few-0");
  expect(calls.reads).toBe(801);
});

test("a failed read omits only the jobs of that team", async () => {
  const { namesOf, calls } = start({ own: ["running"], other: ["running"] }, (pk) =>
    pk.includes("#own#")
      ? Promise.reject(new Error("throttled"))
      : Promise.resolve({ kind: "job", record: registered("other-0", seen("running"), { team: "other" }) }),
  );
  expect(await namesOf("own", "other")).toEqual(["other-0"]);
  expect(calls.warnings).toBe(1);
});
