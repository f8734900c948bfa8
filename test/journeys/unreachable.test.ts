import { afterEach, beforeEach, expect, it } from "vitest";
import { json } from "../../infra/local/answer.ts";
import { startWorld, type World } from "../world.ts";

// While a job cannot be polled, its team sees the reason at once in the API. It is notified if only this job is affected.

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const RUNNING = { status: "running" };
const refused =
  (status: number, code: string, requestId = "req-7") =>
  () => ({
    ...json(status, { error_code: code, error_msg: "no permission" }),
    headers: { "content-type": "application/json", "x-request-id": requestId },
  });
const viewOf = async (jobId: string) => (await world.request("GET", `/jobs/${jobId}`)).body;
const inChannel = (channel: string) =>
  world.sink.messages.filter((message) => message.channel === channel).map(({ rendered }) => rendered);

it("a registration whose first poll is refused returns the reason, and so does the job afterwards", async () => {
  world.cloud.answer("refused", refused(403, "APIGW.0305"));
  const registered = await world.register("refused");
  expect(registered.status).toBe(202);
  const lastPoll = { outcome: "not-permitted", reason: "APIGW.0305 no permission", requestId: "req-7" };
  expect(world.logged.find((line) => line.includes('"registered"'))).toContain('"requestId":"req-7"');
  expect(registered.body.lastPoll).toMatchObject({ ...lastPoll, since: registered.body.registeredAt });
  expect((await viewOf("refused")).lastPoll).toMatchObject(lastPoll);
  await world.ticks(2);
  expect((await viewOf("refused")).lastPoll).toMatchObject(lastPoll);
  const { body } = await world.request("GET", "/jobs");
  expect(body.jobs[0].lastPoll).toMatchObject(lastPoll);
  world.cloud.answer("refused", RUNNING);
  await world.tick();
  expect((await viewOf("refused")).lastPoll).toBeUndefined();
});

it("an outage of a service is shown on all its jobs, on none of another service, and writes no job", async () => {
  world.cloud.answer("one", RUNNING);
  world.cloud.answer("two", RUNNING);
  world.cloud.answer("server", { job_id: "server", status: "RUNNING", job_type: "createServer" });
  for (const jobId of ["one", "two"]) await world.register(jobId);
  await world.register("server", { source: "ecs-job" });
  await world.tick();
  const before = await viewOf("one");
  for (const jobId of ["one", "two"]) world.cloud.answer(jobId, refused(503, "SFS.TURBO.0005"));
  await world.ticks(20);
  const { lastPoll, ...after } = await viewOf("one");
  expect(lastPoll).toMatchObject({ outcome: "unavailable", requestId: "req-7" });
  expect(after).toEqual(before);
  expect((await world.request("GET", "/jobs/server?source=ecs-job")).body.lastPoll).toBeUndefined();
  expect(inChannel("general")).toEqual([]);
  expect(inChannel("operators").join()).toContain("SFS Turbo jobs in project");
});

it.each([
  ["a 500", () => ({ status: 500, body: "" }), "unavailable"],
  ["a redirect", () => ({ status: 302, body: "", headers: { location: "https://other.example/" } }), "configuration"],
  ["an invalid response", () => ({ status: 200, body: "<html>" }), "invalid-response"],
  ["a 403", refused(403, "APIGW.0305"), "not-permitted"],
])(
  "a job that is the only one to answer with %s is reported to its team after 15 minutes, and again when it recovers",
  async (_, answer, outcome) => {
    world.cloud.answer("odd", RUNNING);
    world.cloud.answer("well", RUNNING);
    for (const jobId of ["odd", "well"]) await world.register(jobId);
    await world.tick();
    world.cloud.answer("odd", answer);
    await world.ticks(14);
    expect((await viewOf("odd")).lastPoll).toMatchObject({ outcome });
    expect((await viewOf("well")).lastPoll).toBeUndefined();
    expect(inChannel("general")).toEqual([]);
    await world.ticks(5);
    expect(inChannel("general")).toHaveLength(1);
    expect(inChannel("general")[0]).toContain("cannot be checked");
    await world.ticks(20);
    expect(inChannel("general")).toHaveLength(1);
    expect(inChannel("operators")).toEqual([]);
    world.cloud.answer("odd", RUNNING);
    await world.ticks(11);
    expect(inChannel("general")).toHaveLength(2);
    expect(inChannel("general")[1]).toContain("can be checked again after");
    const { lastPoll, transitions } = await viewOf("odd");
    expect(lastPoll).toBeUndefined();
    expect(transitions.map(({ kind }: { kind: string }) => kind)).toEqual(["registered", "status", "unreachable", "recovered"]);
  },
);

it("a job that reaches its tracking limit while its service is unreachable is polled once more, and states when it was last seen", async () => {
  await world.close();
  world = await startWorld({ MAX_TRACKING_DAYS: "1" });
  for (let nth = 0; nth < 30; nth++) world.cloud.answer(`job-${nth}`, RUNNING);
  for (let nth = 0; nth < 30; nth++) await world.register(`job-${nth}`);
  await world.tick();
  world.cloud.answer("*", refused(503, "SFS.TURBO.0005"));
  for (let nth = 0; nth < 30; nth++) world.cloud.answer(`job-${nth}`, refused(503, "SFS.TURBO.0005"));
  await world.ticks(3);
  world.clock.advance(24 * 3_600_000);
  await world.tick();
  for (let nth = 0; nth < 30; nth++) {
    const { state, transitions } = await viewOf(`job-${nth}`);
    expect(state).toBe("stopped");
    expect(transitions.at(-1).reason).toMatch(/^tracked for 1 days?, last seen running at 20\d\d-\d\d-\d\d \d\d:\d\d UTC$/);
  }
});
