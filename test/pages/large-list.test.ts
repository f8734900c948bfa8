import { afterAll, beforeAll, expect, it } from "vitest";
import type { Job } from "../../lib/domain/job/job.ts";
import { countCapacity } from "../bench/capacity.ts";
import { expectWithin } from "../house/budgets.ts";
import { NOW } from "../jobs.ts";
import { addKey, startWorld, type World } from "../world.ts";
import { writeJobs } from "../write-jobs.ts";
import { job } from "./sample-jobs.ts";
import { KEYS, SIGNING_SECRET } from "./site.ts";
import { visit } from "./visit.ts";

// The job list of a team with as many open jobs as it may have (MAX_OPEN_JOBS), and many ended ones.

const OPEN = 2_000;
const ENDED = 500;
const RARE = 5;

let world: World;
let take: ReturnType<typeof countCapacity>;

beforeAll(async () => {
  world = await startWorld({ SIGNING_SECRET });
  await addKey(world.table, KEYS.operator, "storage", { operator: true });
  await writeJobs(world.table, [...openJobs(), ...endedJobs()]);
  take = countCapacity(world);
}, 120_000);
afterAll(() => world.close());

function openJobs(): Job[] {
  const late = { count: 1, at: NOW - 60_000 };
  return Array.from({ length: OPEN }, (_, index) => ({
    ...job(`open-${index}`, { title: `Extend the file system data-${index}`, labels: { env: "prod" } }),
    ...(index < 3 && { late }),
    ...(index === RARE && { title: "The needle" }),
    trackedSince: NOW - 86_400_000 + index * 1_000,
  }));
}

function endedJobs(): Job[] {
  return Array.from({ length: ENDED }, (_, index) => {
    const begin = NOW - index * 600_000;
    const failReason = "The resources of this specification are sold out in eu-de-02. ".repeat(60);
    return job(`ended-${index}`, { state: "failed", beginTime: begin - 60_000, endTime: begin, failReason });
  });
}

async function open(path: string): Promise<{ page: string; reads: number }> {
  take();
  const page = await (await visit(world, "GET", path)).text();
  return { page, reads: Object.values(take().reads).reduce((sum, one) => sum + one, 0) };
}

it("is bounded in bytes and reads, shows late jobs first, and knows how many are open", async () => {
  const { page, reads } = await open("/");
  expect(page.match(/<li id=/g)).toHaveLength(150);
  expect(page).toContain("2,000 open jobs, 3 late");
  expect(
    page
      .match(/<li id="j-\w+-(open-\d+)"/g)
      ?.slice(0, 3)
      .join(),
  ).toMatch(/open-[012]".*open-[012]".*open-[012]"/);
  expect(page).toMatch(/Failed <b class="failed">50\+<\/b>/);
  expectWithin("listBytes", Buffer.byteLength(page));
  expectWithin("listReads", reads);
}, 60_000);

it("searches within bounds, and continues with a link until the job is found", async () => {
  let path = "/?state=open&q=needle";
  for (let pages = 1; pages <= 10; pages++) {
    const { page, reads } = await open(path);
    expectWithin("searchReads", reads);
    if (page.includes("The needle</bdi>")) {
      expect(pages).toBeGreaterThan(1);
      return;
    }
    expect(page).toContain("No match among the jobs that were read");
    path = (/href="([^"]+cursor=[^"]+)">Search further/.exec(page)?.[1] ?? "").replaceAll("&amp;", "&");
    expect(path).toContain("q=needle");
  }
  expect.fail("The job was not found.");
}, 120_000);
