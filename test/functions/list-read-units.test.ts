import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import type { Job } from "../../lib/domain/job/job.ts";
import type { ListOptions, Table } from "../../lib/table-ports.ts";
import { type Capacity, countCapacity } from "../bench/capacity.ts";
import { countCalls } from "../count-calls.ts";
import { NOW, PROJECT, registered, seen } from "../jobs.ts";
import { SIGNING_SECRET } from "../pages/site.ts";
import { addKey, startWorld, type World } from "../world.ts";
import { writeJobs } from "../write-jobs.ts";

// A list reads records of its own team only, whatever other teams have. Measured in read units.

const FOREIGN = 20_000;
const RARE = 18_800;
const ENDED = "ended-before";
/** Registered in the same millisecond, at the end of a page whose rate limit is used up. */
const isTied = (index: number) => index >= 9_800 && index < 10_200;
/** Jobs of another project. */
const IN_OTHER_PROJECT = [0, 1, 7_000, 19_998, ...Array.from({ length: 40 }, (_, index) => 9_800 + 10 * index)];
const OTHER_PROJECT = "f".repeat(32);
const KEYS = {
  noisy: "sfsjw_key-of-noisy",
  empty: "sfsjw_key-of-empty",
  quiet: "sfsjw_key-of-quiet",
  narrow: "sfsjw_key-of-narrow",
};

let world: World;
let take: () => Capacity;
let calls: Map<string, number>;

function* openJobs(): Generator<Job> {
  for (let index = 0; index < FOREIGN; index++) {
    const now = NOW + Math.floor((isTied(index) ? 9_800 : index) / 7);
    const job = registered(`noisy-${index}`, seen("running", { jobType: index % 2 ? "odd" : "even" }), { team: "noisy", now });
    const labels = index === RARE ? { labels: { rare: "yes" } } : {};
    yield { ...job, ...labels, ...(IN_OTHER_PROJECT.includes(index) && { projectId: OTHER_PROJECT }) };
  }
  const ended = registered(ENDED, seen("success"), { team: "noisy", now: NOW - 1_000 });
  yield { ...ended, title: "Ended before", notifications: [] };
}

function* quietJobs(): Generator<Job> {
  for (let index = 0; index < 12; index++) {
    const details = { jobType: index % 3 === 0 ? "create_share" : "extend_share" };
    const job = registered(`quiet-${index}`, seen(index < 8 ? "running" : "failed", details), {
      team: "quiet",
      now: NOW + index,
    });
    const labels = { number: `${index}`, ...(index % 2 === 0 && { even: "=a=b" }) };
    yield { ...job, labels, ...(index === 5 && { late: { count: 1, at: NOW } }) };
  }
  const job = registered("quiet-ecs", seen("running"), { team: "quiet", now: NOW - 1_000 });
  yield { ...job, source: "ecs-job", projectId: OTHER_PROJECT };
}

beforeAll(async () => {
  world = await startWorld({ SIGNING_SECRET, ALLOWED_PROJECT_IDS: `${PROJECT},${OTHER_PROJECT}` });
  for (const team of ["noisy", "empty", "quiet"] as const) await addKey(world.table, KEYS[team], team);
  await addKey(world.table, KEYS.narrow, "quiet", { projects: [OTHER_PROJECT] });
  await writeJobs(world.table, openJobs());
  await writeJobs(world.table, quietJobs());
  take = countCapacity(world);
  calls = countCalls(world);
}, 240_000);
afterAll(() => world.close());

/** Read units of jobs and their indexes. */
async function readsOf(work: () => Promise<unknown>): Promise<number> {
  take();
  await work();
  const { QueryCommand = 0, BatchGetItemCommand = 0, ScanCommand = 0, job = 0 } = take().reads;
  return QueryCommand + BatchGetItemCommand + ScanCommand + job;
}

const idsOf = (body: { jobs: { jobId: string }[] }) => body.jobs.map(({ jobId }) => jobId);
const list = async (key: string, query: string) => (await world.request("GET", `/jobs${query}`, { key })).body;

async function listAll(key: string, query: string): Promise<string[]> {
  const found: string[] = [];
  let next: string | undefined;
  do {
    const page = await list(key, `?limit=100${query}${next === undefined ? "" : `&cursor=${next}`}`);
    found.push(...idsOf(page));
    next = page.next;
  } while (next !== undefined);
  return found;
}

/** Reads a page as a browser that is signed in with a key. */
async function readPage(key: string, path: string): Promise<string> {
  const api = createApi(world.services);
  const headers = { accept: "text/html", "sec-fetch-site": "same-origin", host: "jobwatch.example.com" };
  const address = (at: string) => `https://jobwatch.example.com${at}`;
  const signedIn = await api.request(address("/sign-in"), {
    method: "POST",
    headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ key }).toString(),
  });
  const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const page = await api.request(address(path), { headers: { ...headers, cookie } });
  expect(page.status).toBe(200);
  return await page.text();
}

describe("beside 20,000 open jobs of another team", () => {
  it.each(["?state=open", "?state=late", "?state=open&label=rare", "?state=open&type=even", "?type=even", ""])(
    "a team without jobs reads next to nothing for GET /jobs%s",
    async (query) => {
      expect(await readsOf(() => list(KEYS.empty, query))).toBeLessThanOrEqual(8);
    },
  );

  it.each(["/", "/?state=late", "/?label=none", "/?type=even"])(
    "a team without jobs reads next to nothing for the page %s",
    async (path) => {
      expect(await readsOf(() => readPage(KEYS.empty, path))).toBeLessThanOrEqual(9);
    },
  );

  it("a team with 13 jobs reads only these", async () => {
    expect(await readsOf(() => list(KEYS.quiet, "?state=open"))).toBeLessThanOrEqual(8 + 9);
    expect(await readsOf(() => list(KEYS.quiet, ""))).toBeLessThanOrEqual(1 + 13);
    expect(await readsOf(() => readPage(KEYS.quiet, "/"))).toBeLessThanOrEqual(9 + 13);
  });

  it("a page reads open jobs once for all its sections, and nothing scans", async () => {
    calls.clear();
    await readPage(KEYS.quiet, "/?label=even");
    expect(calls.get("QueryCommand")).toBe(16 + 1);
    await list(KEYS.quiet, "?state=open&label=even");
    expect(calls.get("QueryCommand")).toBe(16 + 1 + 16);
    expect(calls.get("ScanCommand")).toBeUndefined();
  });

  it("the page shows an ended job that is older than all open ones", async () => {
    expect(await readPage(KEYS.noisy, "/")).toContain(`<code>${ENDED}</code>`);
  });

  it("the page shows an ended job correctly while the index still has it as open", async () => {
    const { table } = world.services;
    const record = registered("lagging", seen("success"), { team: "quiet", now: NOW + 99 });
    const { client } = world.table;
    await writeJobs(world.table, [{ ...record, state: "running" }]);
    client.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        const read = answer.output as { Responses?: Record<string, { pk: { S: string }; record: { S: string } }[]> };
        for (const item of read.Responses?.[world.table.name] ?? [])
          if (item.pk.S.endsWith("#lagging")) item.record.S = item.record.S.replace('"running"', '"success"');
        return answer;
      },
      { step: "initialize", name: "endJob" },
    );
    const page = await readPage(KEYS.quiet, "/");
    client.middlewareStack.remove("endJob");
    expect(page).toMatch(/h-ended.*lagging/s);
    await table.save({ kind: "job", record: { ...record, version: 1, notifications: [] } });
  });
});

describe("filters", () => {
  const hasSequenceNumber = (...numbers: number[]) => numbers.map((number) => `quiet-${number}`);
  it.each([
    ["?state=open", [...hasSequenceNumber(7, 6, 5, 4, 3, 2, 1, 0), "quiet-ecs"]],
    ["?state=late", hasSequenceNumber(5)],
    ["?state=open&type=create_share", hasSequenceNumber(6, 3, 0)],
    ["?type=create_share", hasSequenceNumber(9, 6, 3, 0)],
    ["?state=failed&type=create_share", hasSequenceNumber(9)],
    ["?label=even", hasSequenceNumber(10, 8, 6, 4, 2, 0)],
    [`?state=open&label=${encodeURIComponent("even==a=b")}`, hasSequenceNumber(6, 4, 2, 0)],
    ["?label=even%3Da", []],
    ["?label=number%3D11&state=failed", hasSequenceNumber(11)],
    ["?label=toString", undefined],
    ["?label=constructor", []],
    ["?source=ecs-job", ["quiet-ecs"]],
    ["?source=ecs-job&state=open", ["quiet-ecs"]],
    ["?source=sfs-turbo-job&state=open&type=create_share&label=even", hasSequenceNumber(6, 0)],
    ["?type=create", []],
  ])("GET /jobs%s", async (query, expected) => {
    if (expected === undefined) {
      expect((await world.request("GET", `/jobs${query}`, { key: KEYS.quiet, isWrong: true })).status).toBe(422);
      return;
    }
    expect(idsOf(await list(KEYS.quiet, query))).toEqual(expected);
    const paged = [];
    for (let next: string | undefined = ""; next !== undefined; ) {
      const and = query === "" ? "?" : `${query}&`;
      const page: { jobs: { jobId: string }[]; next?: string } = await list(
        KEYS.quiet,
        `${and}limit=2${next && `&cursor=${next}`}`,
      );
      paged.push(...idsOf(page));
      next = page.next;
    }
    expect(paged).toEqual(expected);
  });

  it("stay within the projects of the key", async () => {
    for (const query of ["", "?state=open", "?source=ecs-job", "?source=sfs-turbo-job", "?type=create_share", "?label=even"])
      expect(idsOf(await list(KEYS.narrow, query))).toEqual(/turbo|type|label/.test(query) ? [] : ["quiet-ecs"]);
  });

  it.each(["type=", "label=", "label=Upper", "label=%3Dvalue", "source=nothing", "state=closed", "colour=red"])(
    "reject %s",
    async (query) => {
      expect((await world.request("GET", `/jobs?${query}`, { key: KEYS.quiet, isWrong: true })).status).toBe(422);
    },
  );
});

describe("a team with 20,000 open jobs", () => {
  const listJobs = (options: Partial<ListOptions>) => world.services.table.listJobs("noisy", { limit: 100, ...options });
  const nothingLeft = () => Promise.reject(new Error("429"));

  /** Reads up to `most` pages. */
  async function pagesOf(options: Partial<ListOptions>, most: number): Promise<{ jobs: Job[]; cursors: string[] }> {
    const jobs: Job[] = [];
    const cursors: string[] = [];
    for (let pages = 0; pages < most; pages++) {
      const cursor = cursors.at(-1);
      const page = await listJobs({ ...options, ...(cursor && { cursor }) });
      if (page === "bad cursor") throw new Error(page);
      jobs.push(...page.jobs);
      if (page.next === undefined) return { jobs, cursors };
      cursors.push(page.next);
    }
    return { jobs, cursors };
  }

  it("reads a bounded number of records per page for a rare label, until it finds the job", async () => {
    const found: string[] = [];
    let next = "";
    let pages = 0;
    while (found.length === 0 && ++pages < 10) {
      const units = await readsOf(async () => {
        const page = await list(KEYS.noisy, `?state=open&label=rare${next && `&cursor=${next}`}`);
        found.push(...idsOf(page));
        next = page.next;
      });
      expect(units).toBeLessThan(1_024 + 128);
    }
    expect(found).toEqual([`noisy-${RARE}`]);
    expect(pages).toBeGreaterThan(1);
  }, 120_000);

  it("is charged for large reads, and gets short pages if its rate limit is used up", async () => {
    const charged: number[] = [];
    const rare = { states: ["running"], label: "rare" } satisfies Partial<ListOptions>;
    const units = await readsOf(async () => {
      const page = await listJobs({ ...rare, charge: async (requests) => void charged.push(requests) });
      expect(page).toMatchObject({ jobs: [], next: expect.any(String) });
    });
    expect(charged.reduce((one, other) => one + other, 0)).toBe(Math.ceil(units / 128) - 1);
    const poor = await readsOf(async () => {
      expect(await listJobs({ ...rare, charge: nothingLeft })).toMatchObject({ jobs: [], next: expect.any(String) });
    });
    expect(poor).toBeLessThan(units / 2);
    expect(await readsOf(() => list(KEYS.quiet, "?state=open"))).toBeLessThan(128);
  }, 120_000);

  it("is charged as requests of its team by the API and the page", async () => {
    const { services } = world;
    const booked: number[] = [];
    const consumeRateLimit: Table["consumeRateLimit"] = async (_, costMs, lastKnown) => {
      booked.push(costMs);
      return lastKnown;
    };
    const counted = {
      ...services,
      table: { ...services.table, consumeRateLimit },
      config: { ...services.config, requestsPerMinute: 60 },
    };
    const api = createApi(counted);
    const get = (key: string, path: string) => api.request(path, { headers: { authorization: `Bearer ${key}` } });
    expect((await get(KEYS.quiet, "/jobs?state=open")).status).toBe(200);
    expect(booked).toHaveLength(0);
    expect((await get(KEYS.noisy, "/jobs?state=open&label=rare")).status).toBe(200);
    expect(booked.length).toBeGreaterThan(0);
    const refused = await get(KEYS.noisy, "/jobs?state=open&label=rare");
    expect([200, 429]).toContain(refused.status);
  }, 120_000);

  it("gets each job once even if its rate limit is used up", async () => {
    const { jobs } = await pagesOf({ states: ["running"], type: "odd", charge: nothingLeft }, 30);
    expect(jobs.length).toBeGreaterThan(250);
    expect(new Set(jobs.map(({ jobId }) => jobId)).size).toBe(jobs.length);
    expect(jobs.every(({ jobType }) => jobType === "odd")).toBe(true);
  }, 120_000);

  it("returns each job of a key's project once, and no cursor with a job of another project", async () => {
    const { jobs, cursors } = await pagesOf({ projects: [OTHER_PROJECT], charge: nothingLeft }, 30);
    expect(jobs.map(({ jobId }) => jobId).sort()).toEqual(IN_OTHER_PROJECT.map((index) => `noisy-${index}`).sort());
    expect(cursors.map((cursor) => JSON.parse(Buffer.from(cursor, "base64url").toString())[0])).toContain("");
    for (const cursor of cursors) expect(Buffer.from(cursor, "base64url").toString()).not.toContain(PROJECT);
  }, 120_000);

  it("is listed by registration time, newest first", async () => {
    const numbers = idsOf(await list(KEYS.noisy, "?state=open&type=odd&limit=100")).map((id) => Number(id.split("-")[1]));
    expect(numbers.every((number) => number > 19_700 && number % 2 === 1)).toBe(true);
    expect(await listAll(KEYS.noisy, "&state=open&source=ecs-job")).toEqual([]);
  }, 120_000);
});
