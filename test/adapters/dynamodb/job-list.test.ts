import { afterAll, beforeAll, expect, it } from "vitest";
import type { Job } from "../../../lib/domain/job/job.ts";
import { jobPk } from "../../../lib/domain/table-keys.ts";
import type { ListOptions, Table } from "../../../lib/table-ports.ts";
import { jobKey, NOW, registered, seen } from "../../jobs.ts";
import { startTestTable, type TestTable } from "../../test-table.ts";

let world: TestTable;
let table: Table;

beforeAll(async () => {
  world = await startTestTable();
  table = world.open(() => NOW);
  for (let index = 0; index < 25; index++) {
    for (const team of ["storage", "backup"]) {
      const first = seen(index % 5 === 0 ? "success" : "running");
      await table.save({ kind: "job", record: registered(`job-${index}`, first, { team, now: NOW + index }) });
    }
  }
});
afterAll(() => world.close());

async function all(options: ListOptions): Promise<Job[]> {
  const jobs: Job[] = [];
  let cursor: string | undefined;
  do {
    const page = await table.listJobs("storage", { ...options, ...(cursor && { cursor }) });
    if (page === "bad cursor") throw new Error(page);
    expect(page.jobs.length).toBeLessThanOrEqual(options.limit);
    expect(page.next === undefined ? "" : Buffer.from(page.next, "base64url").toString()).not.toContain("backup");
    jobs.push(...page.jobs);
    cursor = page.next;
  } while (cursor);
  return jobs;
}

it("lists a team's jobs newest first, page by page, each once", async () => {
  const jobs = await all({ limit: 7 });
  expect(jobs.map(({ jobId }) => jobId)).toEqual(Array.from({ length: 25 }, (_, index) => `job-${24 - index}`));
  expect(new Set(jobs.map(({ team }) => team))).toEqual(new Set(["storage"]));
});

const OPEN: Job["state"][] = ["registered", "waiting", "running"];
/** The pages of open jobs, newest first. */
const NUMBERS = Array.from({ length: 25 }, (_, index) => 24 - index).filter((index) => index % 5 !== 0);

it("lists the open jobs from the open index, newest first, page by page, each once", async () => {
  const jobs = await all({ limit: 6, states: OPEN });
  expect(jobs.map(({ jobId }) => jobId)).toEqual(NUMBERS.map((index) => `job-${index}`));
});

it("lists late jobs first if requested, over any number of pages", async () => {
  const late = NUMBERS.filter((index) => index % 4 === 1);
  for (const index of late) {
    const found = await table.read(jobPk(jobKey(`job-${index}`)));
    if (found?.kind === "job") await table.save({ ...found, record: { ...found.record, late: { count: 1, at: NOW } } });
  }
  const others = NUMBERS.filter((index) => !late.includes(index));
  const jobs = await all({ limit: 3, states: OPEN, urgentFirst: true });
  expect(jobs.map(({ jobId }) => jobId)).toEqual([...late, ...others].map((index) => `job-${index}`));
});

it("filters by state over short pages", async () => {
  expect((await all({ limit: 4, states: ["success"] })).map(({ jobId }) => jobId)).toEqual([
    "job-20",
    "job-15",
    "job-10",
    "job-5",
    "job-0",
  ]);
});

it.each([
  ["garbage", "x"],
  ["another team's cursor", Buffer.from(JSON.stringify(["job#backup#sfs-turbo-job#p#j", 1])).toString("base64url")],
])("rejects %s", async (_, cursor) => {
  expect(await table.listJobs("storage", { limit: 5, cursor })).toBe("bad cursor");
});
