import { afterEach, beforeEach, expect, it } from "vitest";
import { type Asked, INTERNAL_ERROR } from "../table-proxy.ts";
import { isWrite, startTableWorld, type TableWorld } from "./table-world.ts";

let world: TableWorld;
beforeEach(async () => {
  world = await startTableWorld();
});
afterEach(() => world.close());

type Write = (asked: Asked) => boolean;
const says = ({ request }: Asked, word: string) => JSON.stringify(request).includes(word);
const posts = () => world.sink.posts.length;

const LEASE: Write = (asked) => isWrite(asked, "segment") && !says(asked, "windowEnd");
const CLOSE: Write = (asked) => isWrite(asked, "segment") && says(asked, "windowEnd");
const REGISTRATION: Write = (asked) => isWrite(asked, "job") && !says(asked, "failed");
const POLL: Write = (asked) => isWrite(asked, "job") && says(asked, "pending");
const CLAIM: Write = (asked) => isWrite(asked, "channel") && posts() === 0;
const CONFIRMATION: Write = (asked) => isWrite(asked, "channel") && says(asked, "deliveredAt");
const JOB_CONFIRMATION: Write = (asked) => isWrite(asked, "job") && says(asked, "delivered");

/** The first writes of a kind are carried out, and their responses lost: for one attempt, or for all four of one call. */
function loseAnswers(isIt: Write, tries: number): () => number {
  let lost = 0;
  world.faults.decide = (call) => {
    if (lost === tries || !isIt(call)) return "answer";
    lost++;
    return "lose";
  };
  return () => lost;
}

const warnings = () => world.logged.filter((line) => !line.includes('"level":"info"'));
const jobView = async () => (await world.request("GET", "/jobs/victim")).body;

it.each([
  { row: 20, name: "a registration", isIt: REGISTRATION },
  { row: 20, name: "the lease", isIt: LEASE },
  { row: 20, name: "the save of a poll", isIt: POLL },
  { row: 20, name: "the close of the tick", isIt: CLOSE },
  { row: 21, name: "the claim of a message", isIt: CLAIM },
  { row: 22, name: "the confirmation after Slack's ok", isIt: CONFIRMATION },
  { row: 22, name: "the job's own confirmation", isIt: JOB_CONFIRMATION },
])("row $row: if the response to $name is lost, the job is still delivered once, in the same tick", async ({ isIt }) => {
  const lost = loseAnswers(isIt, 1);
  expect(await world.registerFailing("victim")).toMatchObject({ status: 201 });
  await world.tick();
  expect(lost()).toBe(1);
  expect(world.delivered("victim")).toHaveLength(1);
  expect(world.delivered("victim")[0]).not.toContain("may repeat");
  expect(warnings()).toEqual([]);
  await world.ticks(3);
  expect(world.sink.messages).toHaveLength(1);
  const { transitions, notifications } = await jobView();
  expect(transitions.map(({ n, state }: { n: number; state: string }) => `${n} ${state}`)).toEqual([
    "1 registered",
    "2 running",
    "3 failed",
  ]);
  expect(notifications).toMatchObject([{ state: "delivered" }]);
});

it("row 20: a registration that gets no response from the table returns 503, and its repeat finds the job", async () => {
  loseAnswers(REGISTRATION, 4);
  expect(await world.registerFailing("victim")).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
  expect(await world.register("victim")).toMatchObject({ status: 200, body: { state: "running" } });
  await world.ticks(3);
  expect(world.delivered("victim")).toHaveLength(1);
  expect((await world.request("GET", "/jobs")).body.jobs).toHaveLength(1);
});

it.each([
  { row: 20, name: "the lease", isIt: LEASE, ticks: 3, repeats: false },
  { row: 20, name: "the save of a poll", isIt: POLL, ticks: 2, repeats: false },
  { row: 20, name: "the close of the tick", isIt: CLOSE, ticks: 1, repeats: false },
  { row: 21, name: "the claim", isIt: CLAIM, ticks: 3, repeats: true },
  { row: 22, name: "the confirmation after Slack's ok", isIt: CONFIRMATION, ticks: 1, repeats: false },
  { row: 22, name: "the job's own confirmation", isIt: JOB_CONFIRMATION, ticks: 1, repeats: false },
])("row $row: if no response to $name arrives, the job is delivered once, within $ticks ticks", async (fault) => {
  await world.registerFailing("victim");
  const lost = loseAnswers(fault.isIt, 4);
  for (let tick = 0; tick < fault.ticks; tick++) await world.tickAnyway();
  expect(lost()).toBe(4);
  expect(world.delivered("victim")).toHaveLength(1);
  // A claim without a response may have been sent.
  expect(world.delivered("victim")[0]?.includes("may repeat")).toBe(fault.repeats);
  for (let tick = 0; tick < 3; tick++) await world.tickAnyway();
  expect(world.sink.messages).toHaveLength(1);
  expect((await jobView()).notifications).toMatchObject([{ state: "delivered" }]);
});

it("row 22: a confirmation that is rejected three times is retried until it succeeds, and nothing is sent again", async () => {
  await world.registerFailing("victim");
  let refused = 0;
  world.faults.refuse = (asked) => (CONFIRMATION(asked) && ++refused <= 12 ? INTERNAL_ERROR : undefined);
  for (let tick = 0; tick < 4; tick++) await world.tickAnyway();
  expect(refused).toBeGreaterThan(12);
  expect(world.sink.posts).toHaveLength(1);
  expect((await jobView()).notifications).toMatchObject([{ state: "delivered" }]);
});

it("row 22: a job whose confirmation always fails is not delivered again, and delays no other notification of its channel", async () => {
  world.faults.refuse = (asked) => (JOB_CONFIRMATION(asked) && asked.pk.endsWith("victim") ? INTERNAL_ERROR : undefined);
  await world.registerFailing("victim");
  await world.tickAnyway();
  await world.registerFailing("neighbour");
  for (let tick = 0; tick < 3; tick++) await world.tickAnyway();
  expect(world.delivered("neighbour")).toHaveLength(1);
  expect(world.delivered("victim")).toHaveLength(1);
  world.faults.refuse = () => undefined;
  await world.ticks(3);
  expect(world.sink.posts).toHaveLength(2);
  expect((await jobView()).notifications).toMatchObject([{ state: "delivered" }]);
});
