import { expect, it, onTestFinished } from "vitest";
import { createTickHandler } from "../../functions/poll/tick.ts";
import { json } from "../../infra/local/answer.ts";
import { isWrite, startTableWorld, type TableWorld } from "./table-world.ts";

const WRITERS = 50;
const TRIES = 5;

interface Answer {
  status: number;
  headers: Record<string, string>;
}

async function worldWithJob(): Promise<TableWorld> {
  const world = await startTableWorld();
  onTestFinished(() => world.close());
  world.cloud.answer("wanted", () => json(200, { status: "running" }));
  await world.register("wanted");
  return world;
}

function expectSequenceNumbers({ transitions }: { transitions: { n: number }[] }): void {
  expect(transitions.map(({ n }) => n)).toEqual(transitions.map((_, index) => index + 1));
}

/** Calls of the client that write to the job, each with all its attempts. */
function callsTo({ calls }: TableWorld, jobId: string): { invocation: string }[][] {
  const writes = calls.filter((call) => isWrite(call, "job") && call.pk.endsWith(jobId));
  return [...Map.groupBy(writes, ({ invocation }) => invocation).values()];
}

function writesTo(world: TableWorld, jobId: string): number {
  return callsTo(world, jobId).length;
}

function repeatedWritesTo(world: TableWorld, jobId: string): number {
  return callsTo(world, jobId).filter((tries) => tries.length > 1).length;
}

const isTurnedAway = ({ status, headers }: Answer) => status === 503 && headers["retry-after"] !== undefined;

it("row 30: each of fifty concurrent changes of one job succeeds or gets 503, and no successful change is lost", async () => {
  const world = await worldWithJob();
  const before = writesTo(world, "wanted");
  const label = (index: number) => ({ labels: { [`writer-${index}`]: "was here" }, title: `writer ${index}` });
  const answers = await Promise.all(Array.from({ length: WRITERS }, (_, index) => world.register("wanted", label(index))));
  const done = answers.filter(({ status }) => status === 200);
  expect(done.length).toBeGreaterThan(0);
  expect(answers.filter((answer) => !isTurnedAway(answer))).toHaveLength(done.length);
  expect(writesTo(world, "wanted") - before).toBeLessThanOrEqual(WRITERS * TRIES);
  const { headers, body } = await world.request("GET", "/jobs/wanted");
  // One version per change: each successful change was stored, and no other one. On a slow machine the table responds late and the client
  // retries: such a write may be stored and answered with 503, or be made twice.
  const changes = Number(headers.etag?.replaceAll('"', "")) - 1;
  const unclear = repeatedWritesTo(world, "wanted");
  expect(changes).toBeGreaterThanOrEqual(done.length);
  expect(changes).toBeLessThanOrEqual(done.length + unclear);
  expect(unclear > 0 || done.some((answer) => answer.body.title === body.title)).toBe(true);
  expectSequenceNumbers(body);
});

it("row 30: fifty concurrent stops and registrations during a tick leave one history without gaps, and its end is delivered once", async () => {
  const world = await worldWithJob();
  const writes = Array.from({ length: WRITERS }, (_, index) =>
    index % 2 === 0 ? world.request("DELETE", "/jobs/wanted") : world.register("wanted"),
  );
  const [answers] = await Promise.all([Promise.all(writes), world.tick()]);
  for (const answer of answers) expect(answer.status === 200 || isTurnedAway(answer)).toBe(true);
  const { transitions } = (await world.request("GET", "/jobs/wanted")).body;
  expectSequenceNumbers({ transitions });
  // Stops and registrations alternate: no change was applied to an outdated state.
  const kinds: string[] = transitions.map(({ kind }: { kind: string }) => kind).filter((kind: string) => kind !== "status");
  expect(kinds).toEqual(kinds.map((_, index) => (index % 2 === 0 ? "registered" : "stopped")));
  expect(kinds.length).toBeGreaterThan(1);
  await world.register("wanted");
  world.cloud.answer("wanted", { status: "success" });
  await world.ticks(3);
  expect(world.delivered("wanted")).toHaveLength(1);
  expectSequenceNumbers((await world.request("GET", "/jobs/wanted")).body);
});

it("row 30: pollers of two segmentations that poll the same job write its end once, and deliver it once", async () => {
  const world = await worldWithJob();
  world.cloud.answer("wanted", { status: "success" });
  const { config } = world.services;
  const { clock } = world;
  clock.advance(60_000);
  const poll = createTickHandler({ ...world.services, config: { ...config, poll: { ...config.poll, segments: 2 } } });
  const endsAt = clock.now() + 58_000;
  const pollSegment = (segment: number) =>
    poll(
      { segment },
      { awsRequestId: `other-${segment}`, functionName: "poll", getRemainingTimeInMillis: () => endsAt - clock.now() },
    );
  await Promise.all([world.tick(), pollSegment(0), pollSegment(1)]);
  await world.ticks(2);
  expect(world.cloud.pollCount("wanted")).toBeGreaterThan(2);
  expect(world.sink.posts).toHaveLength(1);
  const { body } = await world.request("GET", "/jobs/wanted");
  expect(body).toMatchObject({
    transitions: [{ n: 1 }, { n: 2 }, { n: 3, state: "success" }],
    notifications: [{ state: "delivered" }],
  });
});
