import { afterAll, beforeAll, expect, it } from "vitest";
import type { Job } from "../../lib/domain/job/job.ts";
import { NOW } from "../jobs.ts";
import { addKey, startWorld, type World } from "../world.ts";
import { HOSTILE, job } from "./sample-jobs.ts";
import { KEYS, SIGNING_SECRET } from "./site.ts";
import { visit } from "./visit.ts";

// What the job list shows of each job, and how it is filtered.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function worldWith(...jobs: Job[]): Promise<World> {
  const world = await startWorld({ SIGNING_SECRET });
  await addKey(world.table, KEYS.operator, "storage", { operator: true });
  for (const record of jobs) await world.services.table.save({ kind: "job", record });
  return world;
}

let world: World;

beforeAll(async () => {
  const times = (hours: number) => ({ beginTime: NOW - hours * HOUR - MINUTE, endTime: NOW - hours * HOUR });
  const typical = { jobs: 22, lowMs: 35 * MINUTE, medianMs: 40 * MINUTE, highMs: 50 * MINUTE, p95Ms: 58 * MINUTE };
  const reason = `No resources in eu-de-02. ${"Choose another zone. ".repeat(40)}`;
  const silence = { until: NOW + HOUR, by: "ann" };
  const failing = { since: NOW - 4 * MINUTE, cause: "not-permitted" as const, reason: "APIGW.0305 no" };
  world = await worldWith(
    job("runs-1", { title: "Grow the archive", beginTime: NOW - 20 * MINUTE, typical, channels: ["general", "projects"] }),
    job("gone-1", { missing: { since: NOW - 11 * MINUTE, polls: 9, reason: "SFS.TURBO.0019 Invalid job ID" } }),
    job("away-1", { failing }),
    job("paused-1", { title: "On hold", pause: { until: NOW + HOUR, by: "ann" } }),
    job("quiet-1", { state: "waiting", expectedMinutes: 30, silence }),
    job("fresh-1", { state: "failed", ...times(2), errorCode: "SFS.TURBO.0030", failReason: reason, labels: { Team: "Blue" } }),
    job("lost-1", { state: "lost", beginTime: NOW - 5 * HOUR }),
    job("older-1", { state: "failed", ...times(30) }),
    job("done-1", { state: "success", ...times(1), resource: { name: "home-directories" } }),
    job("ended-1", { state: "stopped" }),
  );
});
afterAll(() => world.close());

const open = async (path: string) => await (await visit(world, "GET", path)).text();
const idsIn = (page: string) => [...page.matchAll(/<li id="j-\w+-([^"]+)"/g)].map(([, id]) => id);
const rowOf = (page: string, id: string) => new RegExp(`<li id="j-\\w+-${id}".*?</li>`, "s").exec(page)?.[0] ?? "";
const textOf = (page: string, pattern: RegExp) =>
  (pattern.exec(page)?.[1] ?? "")
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();

it("shows status, duration, channels, age and reason of each job", async () => {
  const page = await open("/");
  const running = rowOf(page, "runs-1");
  for (const words of ["Running", "20 min", 'value="50"', "typically 35 to 50 min", "#general, #projects", "23 min ago</time>"])
    expect(running).toContain(words);
  expect(running).toContain('<time datetime="2026-11-23T11:37:00Z" title="Registered 2026-11-23 11:37:00 UTC">');
  expect(rowOf(page, "paused-1")).toMatch(/class="waiting".*Paused.*Not checked until 13:00, by ann/s);
  expect(rowOf(page, "quiet-1")).toMatch(/not started.*expected 30 min.*#general, silenced/s);
  const failed = rowOf(page, "fresh-1");
  expect(failed).toMatch(/Failed.*Team=Blue.*ran 1 min.*2 h ago.*No resources in eu-de-02/s);
  expect(/title="(No resources[^"]*)"/.exec(failed)?.[1]).toMatch(/^.{400}… \(\+\d+ characters\)$/);
});

it("never calls a job running that the cloud does not know or show", async () => {
  const page = await open("/");
  expect(rowOf(page, "gone-1")).toMatch(
    /class="late".*Not found.*Not found in the cloud for 11 min: SFS.TURBO.0019 Invalid job ID/s,
  );
  expect(rowOf(page, "away-1")).toMatch(/class="late".*Unreachable.*No news for 4 min\. The cloud rejected.*APIGW.0305 no/s);
  for (const id of ["gone-1", "away-1"]) expect(rowOf(page, id)).not.toMatch(/Running|class="running/);
  expect(idsIn(await open("/?state=no-news")).sort()).toEqual(["away-1", "gone-1"]);
  expect(idsIn(page).slice(0, 2).sort()).toEqual(["away-1", "gone-1"]);
});

it("lifts failures of the last 24 hours above the other ended jobs", async () => {
  const page = await open("/");
  expect(page).toContain("Failed or lost in the last 24 h<small>2</small>");
  expect(idsIn(page).slice(5)).toEqual(["fresh-1", "lost-1", "ended-1", "done-1", "older-1"]);
});

it("links to each state with the number of its jobs, and keeps the other filters", async () => {
  const chips = textOf(await open("/"), /(<nav id="states".*?<\/nav>)/s);
  expect(chips).toBe("All Open 5 Failed 2 Late 0 No news 2 Running 4 Waiting 1 Finished 1 Lost 1 Stopped 1");
  const filtered = await open("/?q=-1&type=extend_share&state=failed");
  expect(filtered).toContain('href="/?state=running&amp;type=extend_share&amp;q=-1"');
  expect(filtered).toMatch(/id="c-failed"[^>]* aria-current="true"/);
  for (const [state, count] of Object.entries({ open: 5, failed: 2, running: 4, success: 1, lost: 1, stopped: 1, late: 0 }))
    expect(idsIn(await open(`/?state=${state}`)), state).toHaveLength(count);
});

it.each([
  ["title", "ARCHIVE", ["runs-1"]],
  ["id", "fresh", ["fresh-1"]],
  ["label", "team=blue", ["fresh-1"]],
  ["name of the share", "home-", ["done-1"]],
])("searches for a part of the %s, in upper or lower case", async (_, text, found) => {
  const page = await open(`/?q=${encodeURIComponent(text)}`);
  expect(idsIn(page)).toEqual(found);
  expect(page).toMatch(new RegExp(`<input type="search" name="q" value="${text}"`));
});

it("shows one box with a way out when nothing matches", async () => {
  for (const path of ["/?q=nothing", "/?state=late", "/?label=none&type=delete_share"]) {
    const page = await open(path);
    expect(page.match(/class="card empty/g), path).toHaveLength(1);
    expect(page).toMatch(/No jobs match.*<a class="button" href="\/">Clear the filters<\/a>/s);
  }
});

it("says that it does not know a state, and shows all jobs", async () => {
  const page = await open("/?state=bogus%22%3E%3Cb");
  expect(page).toContain("There is no state “<bdi>bogus&quot;&gt;&lt;b</bdi>”. All jobs are shown.");
  expect(page).toContain("registered, waiting, running, success");
  expect(idsIn(page)).toHaveLength(10);
});

it("escapes what is searched for", async () => {
  const page = await open(`/?q=${encodeURIComponent(HOSTILE)}&label=${encodeURIComponent(HOSTILE)}`);
  expect(page).not.toContain("<script>document");
  expect(page).not.toContain("<img");
});

it("counts only jobs of the key's projects", async () => {
  const limited = await worldWith(...Array.from({ length: 101 }, (_, index) => job(`mine-${index}`, {})));
  await limited.services.table.save({ kind: "job", record: { ...job("theirs", {}), projectId: "f".repeat(32) } });
  await addKey(limited.table, KEYS.operator, "storage", { projects: [job("x", {}).projectId] });
  const page = await (await visit(limited, "GET", "/")).text();
  expect(textOf(page, /<span id="counts"[^>]*>(.*?)<\/span>/)).toBe("101 open jobs");
  expect(textOf(page, /id="c-running"[^>]*>(.*?)<\/a>/)).toBe("Running 100+");
  await limited.close();
});
