import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Answer, html, json } from "../../infra/local/answer.ts";
import { startWorld, type World } from "../world.ts";
import { delivered, gaps, names, RUNNING, tracking, views } from "./cloud-world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.cloud.answer("*", RUNNING);
});
afterEach(() => world.close());

const text = (body: string, headers: Record<string, string> = {}): Answer => ({ body, headers });

/** Responses that do not describe the job. They change nothing, and if they persist, the operators are notified once. */
const GARBAGE: { name: string; row: number; answer: Answer }[] = [
  { row: 7, name: "a web page", answer: html(200, "Scheduled maintenance") },
  { row: 7, name: "an empty body", answer: text("") },
  { row: 7, name: "an empty 204", answer: { status: 204, body: "" } },
  { row: 7, name: "cut JSON", answer: text('{"status":"success","job_id":"jo') },
  { row: 7, name: "two JSON values", answer: text('{"status":"success"}{"status":"success"}') },
  { row: 7, name: "null", answer: text("null") },
  { row: 7, name: "a list", answer: json(200, [{ status: "success" }]) },
  { row: 7, name: "a word", answer: json(200, '"success"') },
  { row: 7, name: "no status", answer: json(200, {}) },
  { row: 7, name: "a status of null", answer: json(200, { status: null }) },
  { row: 7, name: "a status in a list", answer: json(200, { status: ["success"] }) },
  { row: 7, name: "a status in an object", answer: json(200, { status: { status: "failed" } }) },
  { row: 7, name: "a number for a status", answer: json(200, { status: 0 }) },
  { row: 7, name: "a status under another name", answer: json(200, { Status: "success" }) },
  { row: 7, name: "a status in a prototype", answer: text('{"__proto__":{"status":"success"}}') },
  { row: 7, name: "a broken gzip body", answer: text("no gzip", { "content-encoding": "gzip" }) },
  { row: 7, name: "lists in lists, 100,000 deep", answer: text("[".repeat(100_000)) },
  { row: 11, name: "another job's end", answer: json(200, { status: "failed", job_id: "another" }) },
  { row: 11, name: "an id of another type", answer: json(200, { status: "success", job_id: ["invalid"] }) },
];

it.each(GARBAGE)("row $row: $name changes no job, and operators are notified once if it persists", async ({ answer }) => {
  await tracking(world, ["invalid"]);
  await world.tick();
  const before = await views(world, ["invalid"]);
  world.cloud.answer("*", () => answer);
  await world.ticks(4);
  expect(world.sink.messages).toEqual([]);
  await world.ticks(6);
  const lastPoll = expect.objectContaining({ outcome: expect.stringMatching(/^(invalid-response|unavailable)$/) });
  expect(await views(world, ["invalid"])).toEqual(before.map((view) => ({ ...view, lastPoll })));
  expect(delivered(world, "operators")).toEqual([expect.stringMatching(/SFS Turbo jobs in project \w+ cannot be polled/)]);
  world.cloud.answer("*", { ...RUNNING, status: "success" });
  await world.ticks(3);
  expect(delivered(world, "general")).toEqual([expect.stringContaining("finished")]);
  expect(delivered(world, "operators")[1]).toContain("jobs that ended: invalid");
});

it.each([
  { count: "five", bad: 5, good: 40 },
  { count: "thirty", bad: 30, good: 12 },
])(
  "row 7: $count jobs that always get invalid responses do not stop the polls of other jobs of their project",
  async ({ bad, good }) => {
    const [poisoned, sound] = [names("p2", bad), names("s2", good)];
    for (const jobId of poisoned) world.cloud.answer(jobId, () => text("null"));
    await tracking(world, [...poisoned, ...sound]);
    await world.ticks(10);
    expect(Math.min(...sound.map((jobId) => world.cloud.pollCount(jobId)))).toBeGreaterThan(good);
    expect(Math.max(...sound.flatMap((jobId) => gaps(world, jobId)))).toBeLessThanOrEqual(180);
    expect(world.sink.messages).toEqual([]);
  },
);

it("row 7: with any JSON response, only a plain status ends a job, and no tick fails", async () => {
  const jobs = names("fuzzed", 8);
  const oddities = fc.sample(
    fc.oneof(
      fc.jsonValue().map((body) => JSON.stringify(body)),
      fc
        .record({
          status: fc.oneof(fc.jsonValue(), fc.constantFrom(["failed"], [["success"]])),
          job_id: fc.constantFrom(undefined, null, 7, "fuzzed-0"),
          sub_jobs: fc.jsonValue(),
          begin_time: fc.jsonValue(),
        })
        .map((body) => JSON.stringify(body)),
      fc.string({ unit: "binary", maxLength: 200 }),
    ),
    { numRuns: 1_000, seed: 7 },
  );
  let next = 0;
  world.cloud.answer("*", (poll) => (poll % 3 === 0 ? json(200, RUNNING) : text(oddities[next++ % oddities.length] ?? "")));
  await tracking(world, jobs);
  await world.ticks(20);
  expect(next).toBeGreaterThan(400);
  for (const job of await views(world, jobs)) expect(job.state).toBe("running");
  expect(delivered(world, "general")).toEqual([]);
  expect(world.logged.filter((line) => line.includes('"error"'))).toEqual([]);
});

it("row 8: an unknown status keeps the job open and is reported once to the operators, and the end to the team", async () => {
  const words = ["running", "suspended", "suspended", "SUSPENDED", "running", "suspended"];
  world.cloud.answer("odd", (poll) => json(200, { ...RUNNING, status: words[poll - 1] ?? "suspended" }));
  await tracking(world, ["odd"]);
  await world.ticks(5);
  expect(await views(world, ["odd"])).toEqual([expect.objectContaining({ state: "running" })]);
  expect(delivered(world, "operators")).toEqual([expect.stringContaining('"suspended"')]);
  expect(delivered(world, "general")).toEqual([]);
  world.cloud.answer("odd", { ...RUNNING, status: "failed", fail_reason: "no space" });
  await world.ticks(2);
  expect(delivered(world, "general")).toEqual([expect.stringContaining("no space")]);
  expect(world.sink.messages).toHaveLength(2);
});
