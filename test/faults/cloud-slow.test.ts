import { expect, it, onTestFinished, vi } from "vitest";
import type { Cloud } from "../../lib/ports.ts";
import { answerJson, type Handler, serverForTest } from "../http-server.ts";
import { PROJECT } from "../jobs.ts";
import { startWorld, type World } from "../world.ts";
import { delivered, gaps, names, OTHER_PROJECT, RUNNING, tracking, views } from "./cloud-world.ts";

const ENDED = { ...RUNNING, status: "success" };
const PROJECTS = { ALLOWED_PROJECT_IDS: `${PROJECT},${OTHER_PROJECT}` };

async function worldForTest(settings: Record<string, string>): Promise<World> {
  const world = await startWorld(settings);
  onTestFinished(() => world.close());
  return world;
}

/** Ten jobs have ended, and the first poll of one of them gets this response. In real time, since a timer is under test. */
async function expectTimeout(answer: Handler): Promise<void> {
  let first = true;
  const server = await serverForTest((request, response) => {
    if (!request.url.endsWith("/stuck") || !first) return answerJson(response, 200, ENDED);
    first = false;
    return answer(request, response);
  });
  const world = await worldForTest({ SFS_TURBO_ENDPOINT: server.url });
  const others = names("prompt", 9);
  await tracking(world, ["stuck", ...others]);
  world.clock.advance(60_000);
  const began = performance.now();
  const allSeen = async () => {
    for (const job of await views(world, others)) expect(job.state).toBe("success");
    expect(delivered(world, "general")).not.toEqual([]);
  };
  await Promise.all([world.tick(), vi.waitFor(allSeen, 4_500)]);
  expect(performance.now() - began).toBeGreaterThan(4_500);
  expect(performance.now() - began).toBeLessThan(15_000);
  await world.tick();
  for (const jobId of [...others, "stuck"]) expect(delivered(world, "general").join()).toContain(jobId);
  expect(delivered(world, "operators")).toEqual([]);
}

it("row 3: a poll without a response ends after 5 s, while other jobs are polled and delivered", () =>
  expectTimeout(() => undefined));

it("row 4: a poll with a slowly dripping response ends after 5 s, while other jobs are polled and delivered", () =>
  expectTimeout((_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const drip = setInterval(() => response.write(" "), 200);
    response.on("close", () => clearInterval(drip));
  }));

/** Some polls take ten seconds of the virtual clock, and end with the client's timeout. */
function slowDown(world: World, isSlow: (poll: Parameters<Cloud["poll"]>[0]) => boolean): void {
  const { cloud, clock } = world.services;
  const poll: Cloud["poll"] = async (job, timeoutMs) => {
    if (!isSlow(job)) return await cloud.poll(job, timeoutMs);
    await clock.sleep(Math.min(10_000, timeoutMs));
    return { kind: "unreachable", cause: "unavailable", reason: `no answer within ${timeoutMs} ms` };
  };
  world.services.cloud = { poll };
}

function longestGap(world: World, jobIds: string[]): number {
  return Math.max(...jobIds.flatMap((jobId) => gaps(world, jobId)));
}

it("row 13: 10 s of latency for 5 % of a thousand jobs delay the others by less than a tick, and every tick ends in time", async () => {
  const jobs = names("job", 1_000);
  const prompt = jobs.filter((_, index) => index % 20 !== 7);
  const measure = async (isSlow: (jobId: string) => boolean) => {
    const world = await worldForTest({ POLLS_PER_SECOND: "25" });
    world.cloud.answer("*", RUNNING);
    await tracking(world, jobs);
    slowDown(world, ({ jobId }) => isSlow(jobId));
    const began = world.clock.now();
    await world.ticks(2);
    world.cloud.answer("job-500", ENDED);
    await world.ticks(2);
    expect(world.clock.now() - began).toBe(4 * 60_000);
    expect(delivered(world, "general")).toEqual([expect.stringContaining("job-500")]);
    expect(delivered(world, "operators")).toEqual([]);
    const polls = prompt.reduce((sum, jobId) => sum + world.cloud.pollCount(jobId), 0);
    return { polls, gap: longestGap(world, prompt) };
  };
  const typical = await measure(() => false);
  const slowed = await measure((jobId) => !prompt.includes(jobId));
  expect(slowed.polls).toBeGreaterThan(0.85 * typical.polls);
  expect(slowed.gap).toBeLessThan(typical.gap + 60);
}, 180_000);

async function longestGapBeside(hanging: number): Promise<number> {
  const world = await worldForTest({ ...PROJECTS, POLL_CONCURRENCY: "8" });
  const jobs = names("prompt", 60);
  world.cloud.answer("*", RUNNING);
  await tracking(world, jobs);
  await tracking(world, names("hanging", hanging), OTHER_PROJECT);
  slowDown(world, ({ projectId }) => projectId === OTHER_PROJECT);
  await world.ticks(4);
  return longestGap(world, jobs);
}

let gapAlone: Promise<number> | undefined;

it.each([{ hanging: 8 }, { hanging: 400 }])(
  "row 3: a project with $hanging jobs whose polls always hang delays another project's polls by at most 2 s",
  async ({ hanging }) => {
    gapAlone ??= longestGapBeside(0);
    expect(await longestGapBeside(hanging)).toBeLessThanOrEqual((await gapAlone) + 2);
  },
  60_000,
);
