import { afterEach, expect, it } from "vitest";
import { json } from "../../infra/local/answer.ts";
import { answerJson, type Handler, serverForTest, type TestServer } from "../http-server.ts";
import { startWorld, type World } from "../world.ts";
import { delivered, names, RUNNING, tracking, views } from "./cloud-world.ts";

const HOUR = 3_600_000;
const PASSWORD = "canary-password";
const ENDED = { ...RUNNING, status: "success" };

let world: World;
afterEach(() => world.close());

/** Signs in to the simulated cloud. */
const auth: Handler = async ({ url, body }, response) => {
  const answer = await fetch(world.cloud.url + url, { method: "POST", body });
  const token = answer.headers.get("x-subject-token") ?? "";
  answerJson(response, answer.status, await answer.json(), { "x-subject-token": token });
};

/** The service with the test's identity service instead of the cloud's own. */
async function worldWithIdentity(first: Handler = auth): Promise<{ identity: TestServer; answer(next: Handler): void }> {
  let handler = first;
  const identity = await serverForTest((request, response) => handler(request, response), { maxHeaderSize: 262_144 });
  world = await startWorld({ OS_AUTH_URL: `${identity.url}/v3`, OS_PASSWORD: PASSWORD });
  world.cloud.answer("*", RUNNING);
  return {
    identity,
    answer: (next) => {
      handler = next;
    },
  };
}

const refuse =
  (status: number): Handler =>
  (_, response) =>
    answerJson(response, status, { error: { code: status, message: `no user with ${PASSWORD}`, title: "No" } });

function expectNoSecrets(): void {
  const output = [...world.logged, ...world.sink.messages.map(({ payload }) => JSON.stringify(payload))].join("\n");
  for (const secret of ["MIIP", "127.0.0.1", PASSWORD]) expect(output).not.toContain(secret);
}

it("row 15: when all tokens expire during a tick, one new token is fetched, every poll is repeated, and nobody is notified", async () => {
  await worldWithIdentity();
  const jobs = names("job", 30);
  await tracking(world, jobs);
  await world.tick();
  expect(world.cloud.tokensIssued()).toBe(1);
  const before = world.cloud.pollCount();
  for (const jobId of jobs) {
    world.cloud.answer(jobId, () => {
      if (world.cloud.tokensIssued() === 1 && world.cloud.pollCount() === before + 15) world.cloud.revokeTokens();
      return json(200, RUNNING);
    });
  }
  await world.ticks(2);
  expect(world.cloud.tokensIssued()).toBe(2);
  expect(world.logged.filter((line) => line.includes("polls failed"))).toEqual([]);
  expect(Math.min(...jobs.map((jobId) => world.cloud.pollCount(jobId)))).toBeGreaterThanOrEqual(16);
  expect(world.sink.messages).toEqual([]);
});

it.each<{ name: string; broken: Handler }>([
  { name: "fails", broken: refuse(500) },
  { name: "never answers", broken: () => undefined },
])(
  "row 16: while the identity service $name, a valid token is still used",
  async ({ broken }) => {
    const { identity, answer } = await worldWithIdentity();
    await tracking(world, ["long"]);
    await world.tick();
    answer(broken);
    world.clock.advance(23.6 * HOUR);
    world.cloud.answer("long", ENDED);
    await world.ticks(2);
    expect(delivered(world, "general")).toContainEqual(expect.stringContaining("finished"));
    expect(delivered(world, "operators")).toEqual([expect.stringContaining("sfs-jobwatch was down")]);
    expect(world.logged.filter((line) => line.includes("polls failed"))).toEqual([]);
    expect(identity.requests.length).toBeLessThanOrEqual(4);
  },
  30_000,
);

it("row 16: without a token nothing is polled, the operators are notified once, and the first tick after the recovery polls again", async () => {
  const { answer } = await worldWithIdentity(refuse(503));
  await tracking(world, names("job", 12));
  await world.ticks(12);
  expect(world.cloud.pollCount()).toBe(0);
  expect(delivered(world, "operators")).toEqual([expect.stringContaining("cannot be polled: the cloud does not answer")]);
  answer(auth);
  world.cloud.answer("*", ENDED);
  await world.ticks(3);
  for (const jobId of names("job", 12)) expect(delivered(world, "general").join().split(`"${jobId}"`)).toHaveLength(2);
  expect(delivered(world, "operators")).toHaveLength(2);
  expect(delivered(world, "operators")[1]).toMatch(/polled again after .*jobs that ended: .* and 2 more/);
});

it("row 17: wrong credentials are tried once per minute, never at the job API, and reported once to the operators", async () => {
  const { identity, answer } = await worldWithIdentity(refuse(401));
  await tracking(world, names("job", 30));
  await world.ticks(20);
  expect(identity.requests.length).toBeLessThanOrEqual(20);
  expect(world.cloud.pollCount()).toBe(0);
  expect(delivered(world, "operators")).toEqual([
    expect.stringContaining("Check the configured credentials: OS_USERNAME and OS_PASSWORD"),
  ]);
  expectNoSecrets();
  answer(auth);
  world.cloud.answer("*", ENDED);
  await world.ticks(3);
  expect(delivered(world, "general").join()).toContain("finished");
});

it.each<{ name: string; odd: Handler }>([
  { name: "no token header", odd: (_, response) => answerJson(response, 201, { token: {} }) },
  { name: "an empty token", odd: (_, response) => answerJson(response, 201, { token: {} }, { "x-subject-token": "" }) },
  {
    name: "a token of 200 KB",
    odd: (_, response) => answerJson(response, 201, { token: {} }, { "x-subject-token": "x".repeat(200_000) }),
  },
  { name: "a web page", odd: (_, response) => void response.writeHead(200).end("<html>Sign in</html>") },
  { name: "2 MB", odd: (_, response) => void response.writeHead(201).end(" ".repeat(2e6)) },
])("row 18: an identity service that returns $name ends no tick, and is reported once to the operators", async ({ odd }) => {
  const { answer } = await worldWithIdentity(odd);
  await tracking(world, ["job"]);
  await world.ticks(8);
  expect(world.cloud.pollCount()).toBe(0);
  expect(delivered(world, "operators")).toEqual([expect.stringMatching(/cannot be polled: .*identity service/)]);
  expect(world.logged.filter((line) => line.includes('"error"'))).toEqual([]);
  answer(auth);
  await world.ticks(3);
  expect(world.cloud.pollCount()).toBeGreaterThan(5);
});

it("row 18: a token of 32 KB works", async () => {
  const long = "x".repeat(32_000);
  await worldWithIdentity((_, response) => answerJson(response, 201, { token: {} }, { "x-subject-token": long }));
  const api = await serverForTest(
    ({ headers }, response) => answerJson(response, 200, headers["x-auth-token"] === long ? ENDED : {}),
    {
      maxHeaderSize: 65_536,
    },
  );
  const { url } = api;
  await world.close();
  world = await startWorld({ OS_AUTH_URL: world.environment.OS_AUTH_URL ?? "", SFS_TURBO_ENDPOINT: url });
  await tracking(world, ["job"]);
  await world.tick();
  expect(delivered(world, "general")).toEqual([expect.stringContaining("finished")]);
});

it("row 19: if new tokens are rejected too, a tick fetches at most two, and the operators are notified once", async () => {
  const { identity } = await worldWithIdentity();
  const jobs = names("job", 30);
  world.cloud.answer("*", () => json(401, { error_code: "APIGW.0307", error_msg: "The token must be updated." }));
  await tracking(world, jobs);
  const fetched: number[] = [];
  for (let tick = 0; tick < 10; tick++) {
    const before = identity.requests.length;
    await world.tick();
    fetched.push(identity.requests.length - before);
  }
  expect(Math.max(...fetched)).toBeLessThanOrEqual(2);
  expect(identity.requests.length).toBeLessThanOrEqual(12);
  expect(world.cloud.pollCount()).toBeLessThan(300);
  expect(delivered(world, "operators")).toEqual([expect.stringContaining("the cloud rejects our credentials")]);
  expect(await views(world, ["job-0"])).toEqual([expect.objectContaining({ state: "running" })]);
  expectNoSecrets();
});
