import { setTimeout as sleep } from "node:timers/promises";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import type { Observation } from "../../lib/domain/job/job.ts";
import { MAX_SLOW_REQUESTS } from "../../lib/jobs/slow-request.ts";
import type { Cloud } from "../../lib/ports.ts";
import { KEYS, SIGNING_SECRET } from "../pages/site.ts";
import { visit } from "../pages/visit.ts";
import { addKey, KEY, startWorld, type World } from "../world.ts";

const RUNNING: Observation = { kind: "seen", state: "running", subJobs: [] };
const OTHER_KEY = "sfsjw_key-of-another-team";

let world: World;
beforeEach(async () => {
  world = await startWorld({ SIGNING_SECRET });
  world.cloud.answer("*", { status: "running" });
  await addKey(world.table, OTHER_KEY, "quiet");
  await addKey(world.table, KEYS.operator, "storage", { operator: true });
});
afterEach(() => world.close());

/** A cloud that does not respond until `letGo` is called. */
function hangingCloud() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const counted = { polls: 0, letGo: resolve };
  const poll: Cloud["poll"] = async () => {
    counted.polls++;
    await promise;
    return RUNNING;
  };
  /** Waits until these requests count as slow. */
  const slow = async (requests: number) => {
    await until(() => counted.polls >= requests);
    world.clock.advance(300);
  };
  return { counted, slow, cloud: { poll } };
}

/** Several instances of the function, and the number of requests in progress. */
function instancesOf(services: World["services"], count = 3) {
  const apis = Array.from({ length: count }, () => createApi(services));
  const state = { inProgress: 0, next: 0 };
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}, key = KEY) => {
    state.inProgress++;
    const answer = await apis[state.next++ % count]?.request(path, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    state.inProgress--;
    // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
    const read: any = await answer?.json();
    return { status: answer?.status, retryAfter: answer?.headers.get("retry-after"), body: read };
  };
  return { state, send };
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await isTrue()) && waited < 90_000; waited += 20) await sleep(20);
  expect(await isTrue()).toBe(true);
}

/** Advances the clock until a request has been answered. */
async function whileTimePasses<Answer extends { body: unknown }>(sent: Promise<Answer>): Promise<Answer["body"]> {
  const passing = setInterval(() => world.clock.advance(300), 20);
  const { body } = await sent.finally(() => clearInterval(passing));
  return body;
}

async function keysWith(beginning: string): Promise<string[]> {
  const { Items = [] } = await world.table.client.send(new ScanCommand({ TableName: world.table.name }));
  return Items.map(({ pk }) => pk?.S ?? "").filter((pk) => pk.startsWith(beginning));
}

/** Takes all permits, as the maximum of slow requests would. */
async function takeAllPermits(): Promise<void> {
  const { table, clock } = world.services;
  for (let index = 0; index < MAX_SLOW_REQUESTS; index++)
    await table.takeLease({ pk: `limit#storage#slow#${index}`, owner: "another request", until: clock.now() + 600_000 });
}

describe("of 240 concurrent registrations", () => {
  it("only as many as there are permits wait for a cloud that hangs, and another team is served", async () => {
    const { counted, slow, cloud } = hangingCloud();
    const { state, send } = instancesOf({ ...world.services, cloud });
    const sent = Array.from({ length: 240 }, (_, index) => send("POST", "/jobs", { jobId: `job-${index}` }));
    await slow(240);
    await until(() => state.inProgress <= MAX_SLOW_REQUESTS);
    await sleep(400);
    expect(state.inProgress).toBe(MAX_SLOW_REQUESTS);
    const quiet = send("POST", "/jobs", { jobId: "quiet" }, {}, OTHER_KEY);
    await slow(241);
    await sleep(400);
    expect(state.inProgress).toBe(MAX_SLOW_REQUESTS + 1);
    counted.letGo();
    expect((await quiet).status).toBe(201);
    const answers = await Promise.all(sent);
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(MAX_SLOW_REQUESTS);
    expect(refused).toHaveLength(240 - MAX_SLOW_REQUESTS);
    for (const { retryAfter, body } of refused)
      expect([retryAfter, body]).toMatchObject(["2", { type: "too-many-requests", detail: expect.stringContaining("in 2 s") }]);
    expect(counted.polls).toBe(241);
    expect(await keysWith("job#storage#")).toHaveLength(MAX_SLOW_REQUESTS);
  }, 120_000);

  it("only as many as there are permits wait for a second check of an unknown job", async () => {
    // Without HTTP, since some of so many calls would time out on a busy machine and return 202.
    const poll: Cloud["poll"] = async () => ({ kind: "missing", reason: "SFS.TURBO.0001 no such job" });
    const { clock } = world.services;
    const { promise: second, resolve: letGo } = Promise.withResolvers<void>();
    let waiting = 0;
    const sleeping = async () => {
      waiting++;
      await second;
    };
    const { send } = instancesOf({ ...world.services, cloud: { poll }, clock: { ...clock, sleep: sleeping } });
    const sent = Array.from({ length: 240 }, (_, index) => send("POST", "/jobs", { jobId: `job-${index}` }));
    let refused = 0;
    for (const one of sent) void one.then(({ status }) => (refused += status === 429 ? 1 : 0));
    await until(() => refused === 240 - MAX_SLOW_REQUESTS);
    expect(waiting).toBe(MAX_SLOW_REQUESTS);
    letGo();
    expect((await Promise.all(sent)).filter(({ status }) => status === 404)).toHaveLength(MAX_SLOW_REQUESTS);
  }, 120_000);
});

describe("if all permits are taken", () => {
  const register = { jobId: "new" };
  it.each([
    { name: "a registration", path: "/jobs", body: register },
    { name: "a dry run", path: "/jobs?dryRun=true", body: register },
    { name: "a check of a job", path: "/jobs/known/refresh", body: undefined },
    { name: "a registration with an Idempotency-Key", path: "/jobs", body: register, headers: { "idempotency-key": "k" } },
  ])("$name that would wait is rejected without effect, and works later", async ({ path, body, headers = {} }) => {
    await world.register("known");
    const { counted, slow, cloud } = hangingCloud();
    const { send } = instancesOf({ ...world.services, cloud });
    await takeAllPermits();
    const [refused] = await Promise.all([send("POST", path, body, headers), slow(1)]);
    expect(refused).toMatchObject({ status: 429, retryAfter: "2", body: { type: "too-many-requests" } });
    expect(refused.body.detail).toContain("slow requests");
    expect(counted.polls).toBe(1);
    expect(await keysWith("job#storage#")).toHaveLength(1);
    const { table } = world.services;
    for (let index = 0; index < MAX_SLOW_REQUESTS; index++)
      await table.renewLease({ pk: `limit#storage#slow#${index}`, owner: "another request", until: 0 });
    counted.letGo();
    expect((await send("POST", path, body, headers)).status).toBeLessThan(300);
  });

  it("a fast request is served and takes no permit", async () => {
    await world.register("known");
    await takeAllPermits();
    expect((await world.register("known")).status).toBe(200);
    expect((await world.register("quick")).status).toBe(201);
    expect((await world.request("POST", "/jobs/quick/refresh")).status).toBe(200);
  });

  it("a batch rejects only its slow jobs, stores no answer, and polls the cloud no more", async () => {
    await world.register("known");
    const { counted, slow: becomeSlow, cloud } = hangingCloud();
    const { send } = instancesOf({ ...world.services, cloud });
    await takeAllPermits();
    const slow = Array.from({ length: 20 }, (_, index) => ({ jobId: `slow-${index}` }));
    const idempotently = { "idempotency-key": "k" };
    const jobs = [{ jobId: "known" }, ...slow];
    const sent = send("POST", "/jobs/batch", { jobs }, idempotently);
    await becomeSlow(12);
    // A 13th poll may begin only now, when the registration of "known" ends, and needs its own 300 ms.
    const body = await whileTimePasses(sent);
    const statuses = body.results.map(({ status }: { status: number }) => status);
    expect(statuses).toEqual([200, ...slow.map(() => 429)]);
    expect(body.results[1].problem).toMatchObject({ type: "too-many-requests", detail: expect.stringContaining("2 s") });
    expect(counted.polls).toBeLessThanOrEqual(13);
    world.clock.advance(600_000);
    counted.letGo();
    const again = await send("POST", "/jobs/batch", { jobs }, idempotently);
    expect(again.body.results.map(({ status }: { status: number }) => status)).toEqual([200, ...slow.map(() => 201)]);
  });

  it("the pages show the error", async () => {
    await world.register("known");
    const { counted, slow, cloud } = hangingCloud();
    const hanging = { ...world, services: { ...world.services, cloud } };
    await takeAllPermits();
    for (const [path, fields] of [
      ["/register", { jobId: "new" }],
      ["/jobs/known/action", { verb: "refresh" }],
    ] as const) {
      const [answer] = await Promise.all([visit(hanging, "POST", path, fields), slow(counted.polls + 1)]);
      expect([path, answer.status, answer.headers.get("retry-after")]).toEqual([path, 429, "2"]);
      expect(await answer.text()).toContain("slow requests");
    }
  });

  it("no test message is sent until the leases of dead requests expire", async () => {
    await takeAllPermits();
    expect(await world.request("POST", "/channels/general/test")).toMatchObject({
      status: 429,
      headers: { "retry-after": "2" },
    });
    expect((await visit(world, "POST", "/operations/channels/general/test", {})).status).toBe(429);
    expect(world.sink.posts).toEqual([]);
    world.clock.advance(600_000);
    expect((await world.request("POST", "/channels/general/test")).status).toBe(200);
  });

  it("another team's permits and this team's waits are not affected", async () => {
    await world.register("known");
    await takeAllPermits();
    expect((await world.request("POST", "/channels/general/test", { key: OTHER_KEY })).status).toBe(200);
    const waited = await world.request("GET", "/jobs/known", { headers: { prefer: "wait=1" } });
    expect(waited.headers["preference-applied"]).toBe("wait=1");
  });
});

it("fast requests write no permit", async () => {
  await world.register("quick");
  const { send } = instancesOf({ ...world.services, cloud: { poll: async () => RUNNING } });
  expect((await send("POST", "/jobs", { jobId: "new" })).status).toBe(201);
  expect((await send("POST", "/jobs/batch", { jobs: [{ jobId: "a" }, { jobId: "b" }] })).status).toBe(207);
  expect((await send("POST", "/jobs/quick/refresh")).status).toBe(200);
  expect(await keysWith("limit#storage#slow#")).toEqual([]);
});

it("a batch of 25 slow jobs holds one permit, and releases it", async () => {
  const { counted, slow, cloud } = hangingCloud();
  const { state, send } = instancesOf({ ...world.services, cloud });
  const jobs = (name: string) => ({ jobs: Array.from({ length: 25 }, (_, index) => ({ jobId: `${name}-${index}` })) });
  const batches = Array.from({ length: MAX_SLOW_REQUESTS }, (_, index) => send("POST", "/jobs/batch", jobs(`batch-${index}`)));
  await slow(MAX_SLOW_REQUESTS * 13);
  await until(async () => (await keysWith("limit#storage#slow#")).length >= MAX_SLOW_REQUESTS);
  await sleep(400);
  expect(state.inProgress).toBe(MAX_SLOW_REQUESTS);
  expect(await keysWith("limit#storage#slow#")).toHaveLength(MAX_SLOW_REQUESTS);
  counted.letGo();
  for (const { body } of await Promise.all(batches))
    expect(new Set(body.results.map(({ status }: { status: number }) => status))).toEqual(new Set([201]));
  expect((await world.request("POST", "/channels/general/test")).status).toBe(200);
}, 120_000);
