import { afterAll, beforeAll, expect, it } from "vitest";
import { addKey, startWorld, type World } from "../world.ts";

const CI = "sfsjw_key-of-ci";
const ANNA = "sfsjw_key-of-anna";

let world: World;
beforeAll(async () => {
  world = await startWorld({ EVENT_BUS_NAME: "default", AWS_REGION: "eu-central-1" });
  world.cloud.answer("*", { status: "running" });
  await addKey(world.table, CI, "storage", { label: "ci" });
  await addKey(world.table, ANNA, "storage", { label: "Anna 🧑‍💻" });
});
afterAll(() => world.close());

const request = async (method: string, path: string, key: string, body?: unknown) =>
  (await world.request(method, path, { key, ...(body !== undefined && { body }) })).body;
type Recorded = { kind: string; reason?: string; by?: string };
const stepsOf = ({ transitions }: { transitions: Recorded[] }) =>
  transitions.map(({ kind, reason, by }) => [kind, ...(reason ? [reason] : []), ...(by ? [`by ${by}`] : [])].join(" "));

it("records who registered, changed, silenced and stopped a job, and which options changed", async () => {
  await request("POST", "/jobs", CI, { jobId: "a", title: "one" });
  await request("POST", "/jobs", ANNA, { jobId: "a", channels: ["projects"], labels: { a: "1", b: "2" } });
  await request("PATCH", "/jobs/a", ANNA, { silence: { until: "2026-11-23T18:00:00Z" }, title: null });
  await request("PATCH", "/jobs/a", CI, { silence: null });
  await request("POST", "/jobs/batch", CI, { jobs: [{ jobId: "a", expectedMinutes: 9 }] });
  await request("DELETE", "/jobs/a", ANNA);
  await request("POST", "/jobs", CI, { jobId: "a", runbookUrl: "https://wiki.example.com/a" });
  const { body } = await world.request("GET", "/jobs/a");
  expect(stepsOf(body)).toEqual([
    "registered by ci",
    "status",
    "changed channels, labels by Anna 🧑‍💻",
    "changed title, silence by Anna 🧑‍💻",
    "changed silence by ci",
    "changed expectedMinutes by ci",
    "stopped by Anna 🧑‍💻",
    "changed runbookUrl by ci",
    "registered by ci",
  ]);
});

it("writes nothing for a change without effect, in any notation", async () => {
  await request("POST", "/jobs", CI, { jobId: "b", title: "one", labels: { a: "1", b: "2" }, notifyOn: ["failed"] });
  const before = await world.request("GET", "/jobs/b");
  for (const body of [{ title: "one" }, { labels: { b: "2", a: "1" } }, { notifyOn: ["failed"] }, { silence: null }, {}])
    await request("PATCH", "/jobs/b", ANNA, body);
  await request("POST", "/jobs", ANNA, { jobId: "b", title: "one", labels: { b: "2", a: "1" } });
  expect((await world.request("GET", "/jobs/b")).headers.etag).toBe(before.headers.etag);
});

it("sends a change to the event bus only, and keeps the end of the job", async () => {
  world.cloud.answer("c", { status: "success", end_time: "2026-11-23 12:00:00" });
  await request("POST", "/jobs", CI, { jobId: "c" });
  const changed = await request("PATCH", "/jobs/c", ANNA, { title: "afterwards" });
  expect(changed).toMatchObject({ state: "success", title: "afterwards" });
  const { n } = changed.transitions.at(-1);
  expect(changed.notifications.filter((notification: { n: number }) => notification.n === n)).toMatchObject([
    { channel: "events" },
  ]);
  const preview = await request("POST", "/jobs?dryRun=true", CI, { jobId: "c", title: "again" });
  expect(preview.messages[0].message.text).toContain("finished");
});
