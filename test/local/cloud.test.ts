import { expect, onTestFinished, test } from "vitest";
import { type CloudOptions, startCloud } from "../../infra/local/cloud.ts";
import { SCRIPTS } from "../../infra/local/scripts.ts";

const PROJECT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const USER = { name: "jobwatch", password: "correct horse", domain: "OTC-EU-DE-1" };
const START = Date.parse("2026-11-24T12:00:00.000Z");

async function cloudForTest(options: Partial<CloudOptions> = {}) {
  const clock = { at: START };
  const cloud = await startCloud({ port: 0, now: () => clock.at, staticToken: "static", user: USER, ...options });
  onTestFinished(() => cloud.close());
  const poll = async (jobId: string, seconds?: number, token = "static", project = PROJECT) => {
    if (seconds !== undefined) clock.at = START + seconds * 1000;
    const response = await fetch(`${cloud.url}/v1/${project}/sfs-turbo/jobs/${jobId}`, { headers: { "x-auth-token": token } });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text.startsWith("{") ? JSON.parse(text) : text };
  };
  return { cloud, clock, poll };
}

function signIn(url: string, user = USER, auth: object = { scope: { project: { id: PROJECT } } }) {
  const { domain, ...rest } = user;
  const identity = { methods: ["password"], password: { user: { ...rest, domain: { name: domain } } } };
  return fetch(`${url}/v3/auth/tokens?nocatalog=true`, {
    method: "POST",
    body: JSON.stringify({ auth: { identity, ...auth } }),
  });
}

test("a job that succeeds goes through the cloud's states and times, without absent fields", async () => {
  const { cloud, poll } = await cloudForTest();
  const jobId = cloud.startJob("succeeds");
  const job = { job_id: jobId, job_type: "create_share" };
  expect((await poll(jobId, 1)).body).toEqual({ ...job, status: "waiting" });
  expect((await poll(jobId, 6)).body).toEqual({ ...job, status: "running", begin_time: "2026-11-24 12:00:05" });
  const { body, headers } = await poll(jobId, 21);
  expect(body).toEqual({ ...job, status: "success", begin_time: "2026-11-24 12:00:05", end_time: "2026-11-24 12:00:20" });
  expect(headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
});

test("a failed sub job has its own code and reason", async () => {
  const { cloud, poll } = await cloudForTest();
  const { body } = await poll(cloud.startJob("fails-in-a-sub-job"), 30);
  expect(body).toMatchObject({ status: "failed", error_code: "SFS.TURBO.0038" });
  expect(body.sub_jobs.map(({ status }: { status: string }) => status)).toEqual(["success", "failed", "waiting"]);
  expect(body.sub_jobs[1]).toMatchObject({ error_code: "SFS.TURBO.0029", fail_reason: expect.stringContaining("IP address") });
});

const RUNS: { name: string; script: string; statuses: (number | string)[] }[] = [
  { name: "vanishes: running, then unknown", script: "vanishes", statuses: ["running", "running", 404, 404, 404] },
  { name: "stray-404: missing once", script: "stray-404", statuses: ["waiting", "running", 404, "running", "success"] },
  { name: "flaps: some polls get 5xx", script: "flaps", statuses: ["waiting", 500, 502, "running", 504, "success"] },
  { name: "throttled: one 429", script: "throttled", statuses: ["waiting", 429, "running", "running", "success"] },
  {
    name: "unknown-status: an undocumented status",
    script: "unknown-status",
    statuses: ["waiting", "suspended", "suspended", "running"],
  },
  {
    name: "invalid: a web page for a while",
    script: "invalid",
    statuses: ["waiting", "<html>", "<html>", "running", "running"],
  },
  { name: "never-known: 404 from the first poll", script: "never-known", statuses: [404, 404] },
  { name: "already-finished: ended before the first poll", script: "already-finished", statuses: ["success"] },
];

test.each(RUNS)("$name", async ({ script, statuses }) => {
  const { cloud, poll } = await cloudForTest();
  const jobId = cloud.startJob(script);
  const seen: (number | string)[] = [];
  for (const index of statuses.keys()) {
    const { status, body } = await poll(jobId, index * 10.1);
    seen.push(status === 200 ? (body.status ?? body.slice(0, 6)) : status);
  }
  expect(seen).toEqual(statuses);
  expect(cloud.pollCount(jobId)).toBe(statuses.length);
});

test("a job survives a restart of the cloud, since its id contains script and start", async () => {
  const jobId = (await cloudForTest()).cloud.startJob("fails");
  expect(jobId).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
  const { body } = await (await cloudForTest()).poll(jobId, 21);
  expect(body).toMatchObject({ job_id: jobId, status: "failed", error_code: "SFS.TURBO.0030" });
});

test("every script's id matches the pattern of a job id", async () => {
  const { cloud } = await cloudForTest();
  const ids = Object.keys(SCRIPTS).map((script) => cloud.startJob(script));
  expect(ids.filter((id) => !/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(id))).toEqual([]);
});

test("a faster cloud ends its jobs sooner and reports the real times", async () => {
  const { cloud, poll } = await cloudForTest({ speed: 10 });
  const { body } = await poll(cloud.startJob("succeeds"), 3);
  expect(body).toMatchObject({ status: "success", begin_time: "2026-11-24 12:00:00", end_time: "2026-11-24 12:00:02" });
});

test("an unknown job, a wrong path and a wrong token get different errors", async () => {
  const { cloud, poll } = await cloudForTest();
  expect(await poll("26f6b565")).toMatchObject({ status: 404, body: { errCode: "SFS.TURBO.0019" } });
  expect(await poll("26f6b565", 0, "wrong")).toMatchObject({ status: 401, body: { error_code: "APIGW.0307" } });
  const wrongPath = await fetch(`${cloud.url}/v2/jobs`);
  expect(wrongPath.status).toBe(404);
  expect(await wrongPath.json()).toMatchObject({ error_code: "APIGW.0101", request_id: wrongPath.headers.get("x-request-id") });
});

test("an issued token works in its project until it expires", async () => {
  const { cloud, poll } = await cloudForTest({ tokenSeconds: 60 });
  const response = await signIn(cloud.url);
  const token = response.headers.get("x-subject-token") ?? "";
  expect(response.status).toBe(201);
  expect(token).toHaveLength(2048);
  expect(await response.json()).toMatchObject({ token: { expires_at: "2026-11-24T12:01:00.000000Z" } });
  const jobId = cloud.startJob("slow");
  expect((await poll(jobId, 59, token)).status).toBe(200);
  expect((await poll(jobId, 59, token, "f".repeat(32))).status).toBe(403);
  expect((await poll(jobId, 60, token)).status).toBe(401);
});

test("a revoked token is rejected before it expires", async () => {
  const { cloud, poll } = await cloudForTest();
  const token = (await signIn(cloud.url)).headers.get("x-subject-token") ?? "";
  cloud.revokeTokens();
  expect((await poll("any", 1, token)).status).toBe(401);
});

test("a wrong password and a missing project get Keystone's errors", async () => {
  const { cloud } = await cloudForTest();
  const wrong = await signIn(cloud.url, { ...USER, password: "guess" });
  expect([wrong.status, await wrong.json()]).toEqual([
    401,
    { error: expect.objectContaining({ code: 401, title: "Unauthorized" }) },
  ]);
  expect((await signIn(cloud.url, USER, {})).status).toBe(400);
  expect((await signIn(cloud.url, { ...USER, domain: "other" })).status).toBe(401);
});

test("a test can script any answer, for one job or for all", async () => {
  const { cloud, poll } = await cloudForTest();
  cloud.answer("a", { job_id: "b", status: "running" });
  cloud.answer("*", (count, now) => ({ status: 503, body: `${count} ${now - START}` }));
  expect(await poll("a", 2)).toMatchObject({ status: 200, body: { job_id: "b" } });
  expect(await poll("other", 2)).toMatchObject({ status: 503, body: "1 2000" });
  cloud.answer("other", () => ({ cut: "midway", body: { status: "running" } }));
  await expect(poll("other")).rejects.toThrow();
  expect(cloud.polls.map(({ jobId, status }) => [jobId, status])).toEqual([
    ["a", 200],
    ["other", 503],
    ["other", 0],
  ]);
});

test("jobs can be started over HTTP by the name of a script", async () => {
  const { cloud, poll } = await cloudForTest();
  const start = (body: object) => fetch(`${cloud.url}/simulate/jobs`, { method: "POST", body: JSON.stringify(body) });
  const list = await (await fetch(`${cloud.url}/simulate/scripts`)).json();
  expect(list).toMatchObject({ scripts: expect.arrayContaining([{ name: "slow", about: SCRIPTS.slow?.about }]) });
  const started = await start({ script: "slow", jobId: "mine", projectId: PROJECT });
  expect([started.status, await started.json()]).toMatchObject([201, { jobId: "mine" }]);
  expect((await poll("mine", 10)).body.status).toBe("running");
  expect((await poll("mine", 10, "static", "f".repeat(32))).status).toBe(404);
  expect((await start({ script: "constructor" })).status).toBe(400);
});
