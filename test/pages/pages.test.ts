import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import { prefersHtml } from "../../functions/api/pages/page-routes.ts";
import { jobPages } from "../../lib/adapters/signing/job-page.ts";
import type { Job } from "../../lib/domain/job/job.ts";
import { NOW, PROJECT } from "../jobs.ts";
import { addKey, startWorld, type World } from "../world.ts";
import { PAGE_ROUTES } from "./page-routes.ts";
import { job, sampleJobs } from "./sample-jobs.ts";
import { KEYS, SIGNING_SECRET } from "./site.ts";
import { visit } from "./visit.ts";

const HOST = "https://jobwatch.example.com";
const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const FORM = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };

const OTHER_KEYS = {
  other: "sfsjw_key-of-other",
  watcher: "sfsjw_key-of-watcher",
  limited: "sfsjw_key-of-limited",
  narrow: "sfsjw_key-of-narrow",
};

let world: World;
let api: ReturnType<typeof createApi>;
/** Cookies by the name of the key. */
const cookies: Record<string, string> = {};

beforeAll(async () => {
  world = await startWorld({ SIGNING_SECRET });
  api = createApi(world.services);
  await addKey(world.table, KEYS.storage, "storage");
  await addKey(world.table, KEYS.reader, "storage", { readOnly: true });
  await addKey(world.table, KEYS.operator, "storage", { operator: true });
  await addKey(world.table, "sfsjw_key-of-other", "other");
  await addKey(world.table, "sfsjw_key-of-watcher", "storage", { operator: true, readOnly: true });
  await addKey(world.table, "sfsjw_key-of-limited", "storage", { operator: true, projects: [] });
  await addKey(world.table, "sfsjw_key-of-narrow", "storage", { channels: ["projects"], label: "narrow" });
  for (const [name, key] of Object.entries({ ...KEYS, ...OTHER_KEYS })) {
    const answer = await post("/sign-in", { key });
    cookies[name] = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  }
  for (const record of sampleJobs()) await world.services.table.save({ kind: "job", record });
});
afterAll(() => world.close());

function get(path: string, who?: string, headers: Record<string, string> = {}) {
  return api.request(HOST + path, { headers: { ...HTML, ...headers, ...(who && { cookie: cookies[who] ?? who }) } });
}

function post(path: string, fields: Record<string, string>, who?: string, headers: Record<string, string> = {}) {
  const body = new URLSearchParams(fields).toString();
  const sent = { ...HTML, ...FORM, ...headers, host: "jobwatch.example.com", ...(who && { cookie: cookies[who] ?? who }) };
  return api.request(HOST + path, { method: "POST", headers: sent, body });
}

async function tokenOf(who: string): Promise<string> {
  const page = await (await get("/", who)).text();
  return /name="token" value="([^"]+)"/.exec(page)?.[1] ?? "";
}

/** Returns a link that is signed now. */
const linkOf = (record: Job) =>
  jobPages({ publicUrl: HOST, signingSecret: SIGNING_SECRET }, world.clock.now)?.(record).slice(HOST.length) ?? "";
const linkTo = (jobId: string) => linkOf(sampleJobs().find((one) => one.jobId === jobId) ?? job(jobId, {}));

describe("access", () => {
  it.each([
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true],
    ["*/*", false],
    ["application/json", false],
    ["application/json, text/html;q=0.5", false],
    ["text/html;q=0", false],
    ["", false],
  ])("Accept: %s prefers HTML: %s", (accept, isBrowser) => {
    expect(prefersHtml(accept)).toBe(isBrowser);
  });

  it("returns JSON to programs and a page to browsers at the address of a job", async () => {
    const authorization = `Bearer ${KEYS.storage}`;
    const json = await api.request(`${HOST}/jobs/done-90aa`, { headers: { accept: "*/*", authorization } });
    expect(await json.json()).toMatchObject({ jobId: "done-90aa" });
    expect((await get("/jobs/done-90aa", undefined, { authorization })).headers.get("content-type")).toContain("json");
    const page = await get("/jobs/done-90aa", "storage");
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(await page.text()).toContain("Home directories");
    expect((await get("/")).headers.get("location")).toBe("/sign-in");
  });

  it("forbids frames, foreign scripts and referrers", async () => {
    const { headers } = await get("/", "storage");
    const policy = headers.get("content-security-policy") ?? "";
    for (const part of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"])
      expect(policy).toContain(part);
    expect(policy).not.toContain("unsafe");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
  });

  it("shows nothing of another team, and the same page for unknown jobs", async () => {
    const [theirs, nobodys] = [await get("/jobs/fails-55e2", "other"), await get("/jobs/nobodys-55e2", "other")];
    expect(theirs.status).toBe(404);
    const page = await theirs.text();
    expect(page.replaceAll("fails-55e2", "nobodys-55e2")).toBe(await nobodys.text());
    for (const title of ["Register a job", "Use another key", "All jobs"]) expect(page).toContain(title);
    const jobList = await (await get("/", "other")).text();
    for (const { jobId } of sampleJobs()) expect(jobList).not.toContain(jobId);
    const token = await tokenOf("other");
    for (const verb of ["refresh", "stop", "redeliver"])
      expect((await post("/jobs/extend-7c1f/action", { verb, token }, "other")).status).toBe(404);
    expect(
      (await get(`/?cursor=${Buffer.from('["job#storage#sfs-turbo-job#x#y",1]').toString("base64url")}`, "other")).status,
    ).toBe(422);
  });

  it("shows no stop button to a key that is limited to other channels, and rejects its requests with advice", async () => {
    const page = await (await get("/jobs/extend-7c1f", "narrow")).text();
    expect(page).toContain("Check now");
    expect(page).not.toContain("Stop tracking");
    const token = await tokenOf("narrow");
    const refused = await post("/jobs/extend-7c1f/action", { verb: "stop", token }, "narrow");
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain("Use a key for all of its channels");
    const again = await post("/register", { jobId: "extend-7c1f", title: "mine", token }, "narrow");
    expect(again.status).toBe(403);
    expect(await (await get("/jobs/extend-7c1f", "storage")).text()).toContain("Extend data-01 to 20 TB");
  });

  it("changes with the form what PATCH may change with the same key", async () => {
    await world.services.table.save({ kind: "job", record: job("edited-1", { title: "Before" }) });
    const page = await (await get("/jobs/edited-1", "narrow")).text();
    expect(page).toContain('name="channels" value="projects"');
    expect(page).not.toMatch(/name="title"|name="pause"|value="general"/);
    expect(await (await get("/jobs/edited-1", "reader")).text()).not.toContain('value="edit"');
    const edit = async (who: string, fields: Record<string, string>) =>
      (await post("/jobs/edited-1/action", { verb: "edit", token: await tokenOf(who), ...fields }, who)).status;
    expect(await edit("narrow", { title: "Mine", channels: "projects" })).toBe(403);
    expect(await edit("reader", { title: "Mine" })).toBe(403);
    expect(await edit("other", { title: "Mine" })).toBe(404);
    expect(await edit("narrow", { channels: "projects" })).toBe(303);
    const { body } = await world.request("GET", "/jobs/edited-1", { key: KEYS.storage });
    expect(body).toMatchObject({ title: "Before", channels: ["general", "projects"] });
  });

  it("shows who registered and stopped a job", async () => {
    const token = await tokenOf("narrow");
    expect((await post("/register", { jobId: "by-narrow", unknown: "on", token }, "narrow")).status).toBe(303);
    expect((await post("/jobs/by-narrow/action", { verb: "stop", token }, "narrow")).status).toBe(303);
    const page = await (await get("/jobs/by-narrow", "storage")).text();
    for (const words of ["Registered by <bdi>narrow</bdi>", "Stopped by <bdi>narrow</bdi>", "<dt>Stopped</dt>"])
      expect(page).toContain(words);
  });

  it("shows operations to operators only, and rejects actions of readers", async () => {
    expect((await get("/operations", "operator")).status).toBe(200);
    for (const who of ["storage", "reader"]) {
      const refused = await get("/operations", who);
      expect(refused.status).toBe(403);
      const page = await refused.text();
      expect(page).toContain("This page needs an operator&#39;s key.");
      expect(page).toContain('href="/sign-in?to=%2Foperations&amp;other=key"');
      expect(page).not.toContain(PROJECT);
    }
    expect(await (await get("/operations", "watcher")).text()).not.toContain("Send a test message");
    expect((await post("/operations/channels/general/test", { token: await tokenOf("watcher") }, "watcher")).status).toBe(403);
    const token = await tokenOf("reader");
    expect((await post("/jobs/extend-7c1f/action", { verb: "stop", token }, "reader")).status).toBe(403);
    expect((await post("/register", { jobId: "x", token }, "reader")).status).toBe(403);
    expect((await post("/operations/channels/general/test", { token: await tokenOf("storage") }, "storage")).status).toBe(403);
  });

  it("shows operators only the projects of their key, and recovers with the table", async () => {
    expect(await (await get("/operations", "operator")).text()).toContain(PROJECT);
    expect(await (await get("/operations", "limited")).text()).not.toContain(PROJECT);
    const { table } = world.services;
    const readDurations = vi.fn(table.readDurations).mockRejectedValueOnce(new Error("table away"));
    const app = createApi({ ...world.services, table: { ...table, readDurations } });
    const open = async (who: string) =>
      (await app.request(`${HOST}/operations`, { headers: { ...HTML, cookie: cookies[who] ?? "" } })).status;
    expect(await open("storage")).toBe(403);
    expect([await open("operator"), await open("operator")]).toEqual([503, 200]);
  });

  it("shows operators each cloud service once", async () => {
    const polled = await startWorld({ SIGNING_SECRET });
    await addKey(polled.table, KEYS.operator, "storage", { operator: true });
    polled.cloud.answer("*", { status: "running" });
    await polled.register("a");
    await polled.tick();
    const page = await (await visit(polled, "GET", "/operations")).text();
    expect(page.match(/id="p-[^"]*"/g)).toEqual([`id="p-${PROJECT}-sfs-turbo"`]);
    await polled.close();
  });

  it("shows operators a suspended channel, and tests it", async () => {
    world.sink.answer((_, _payload, channel) => (channel === "general" ? { status: 404, body: "no_service" } : undefined));
    const token = await tokenOf("operator");
    expect((await post("/operations/channels/general/test", { token }, "operator")).headers.get("location")).toContain(
      "test-failed",
    );
    expect(await (await get("/operations", "operator")).text()).toMatch(
      /Suspended<.*no_service,\s<time[^>]*title="Suspended 2026-/s,
    );
    world.sink.answer(() => undefined);
    expect((await post("/operations/channels/general/test", { token }, "operator")).headers.get("location")).toContain(
      "=tested",
    );
    expect(await (await get("/operations", "operator")).text()).toMatch(/Last test <time[^>]*>[^<]*<\/time>: delivered/);
  });
});

describe("a session", () => {
  it("is an HttpOnly, SameSite, Secure cookie without the key", async () => {
    const cookie = (await post("/sign-in", { key: KEYS.storage })).headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/Path=\/; HttpOnly; SameSite=Strict/);
    expect(cookie).not.toContain(KEYS.storage);
    const deployed = await startWorld({ SIGNING_SECRET });
    Object.assign(deployed.services.config, { stage: "prod" });
    await addKey(deployed.table, KEYS.storage, "storage");
    const answer = await createApi(deployed.services).request(`${HOST}/sign-in`, {
      method: "POST",
      headers: FORM,
      body: `key=${KEYS.storage}`,
    });
    expect(answer.headers.get("set-cookie")).toMatch(/^__Host-sfs-jobwatch=.*; Secure$/);
    await deployed.close();
  });

  it("is rejected with the same text for every kind of wrong key", async () => {
    await addKey(world.table, "sfsjw_expired", "storage", { expiresAt: NOW - 1 });
    const texts = [];
    for (const key of ["sfsjw_expired", "sfsjw_unknown", "no key", ""]) {
      const answer = await post("/sign-in", { key });
      expect(answer.status).toBe(401);
      texts.push(await answer.text());
    }
    expect(new Set(texts).size).toBe(1);
  });

  it("ends when its cookie is changed, its time is over, or its key revoked", async () => {
    const cookie = cookies.storage ?? "";
    for (const changed of [
      `${cookie}x`,
      `${cookie}.part`,
      cookie.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
      cookie.replace(/\.\d+\./, ".9999999999."),
    ])
      expect((await get("/register", changed)).status, changed).toBe(303);
    await addKey(world.table, "sfsjw_short", "storage", { expiresAt: world.clock.now() + 60_000 });
    const short = ((await post("/sign-in", { key: "sfsjw_short" })).headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    expect((await get("/", short)).status).toBe(200);
    world.clock.advance(61_000);
    expect((await get("/", short)).status).toBe(303);
    world.clock.advance(13 * 3_600_000);
    expect((await get("/", cookie)).status).toBe(303);
    cookies.storage = ((await post("/sign-in", { key: KEYS.storage })).headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  });

  it("clears the browser's cache on sign-out", async () => {
    const cookie = ((await post("/sign-in", { key: KEYS.reader })).headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const token = /name="token" value="([^"]+)"/.exec(await (await get("/", cookie)).text())?.[1] ?? "";
    const { status, headers } = await post("/sign-out", { token }, cookie);
    expect(status).toBe(303);
    expect(headers.get("clear-site-data")).toBe('"cache", "storage"');
    expect(headers.get("set-cookie")).toContain("Max-Age=0");
  });

  it("is required by every page and every form", async () => {
    for (const route of PAGE_ROUTES.filter((one) => !one.endsWith("/sign-in"))) {
      const [method = "", path = ""] = route.split(" ");
      const place = path.replace("{jobId}", "extend-7c1f").replace("{name}", "general");
      for (const who of [undefined, "sfs-jobwatch=", `sfs-jobwatch=${"0".repeat(64)}.9999999999.${"A".repeat(43)}`]) {
        const answer =
          method === "GET" ? await get(place, who) : await post(place, { verb: "stop", jobId: "new", token: "" }, who);
        expect(answer.status, `${route} ${who}`).toBe(303);
        expect(answer.headers.get("location"), `${route} ${who}`).toMatch(/^\/sign-in/);
      }
    }
    const leaked = await post(`/jobs/extend-7c1f/action${new URL(linkTo("extend-7c1f"), HOST).search}`, { verb: "stop" });
    expect(leaked.headers.get("location")).toBe(
      `/sign-in?${new URLSearchParams({ to: `/jobs/extend-7c1f?projectId=${PROJECT}`, notice: "signed-out" })}`,
    );
    const lost = (await post("/jobs/extend-7c1f/action?projectId=1", { verb: "stop" })).headers.get("location") ?? "";
    expect(new URL(lost, HOST).searchParams.get("to")).toBe("/jobs/extend-7c1f?projectId=1");
    expect(await (await get(lost)).text()).toContain("nothing was changed");
    expect(await (await get("/jobs/extend-7c1f", "storage")).text()).toContain("Running");
  });

  it("accepts forms from its own pages only", async () => {
    const token = await tokenOf("storage");
    const stop = (fields: Record<string, string>, headers = {}) =>
      post("/jobs/extend-7c1f/action", { verb: "stop", ...fields }, "storage", headers);
    expect((await stop({ token: "" })).status).toBe(403);
    expect((await stop({ token: `${token}x` })).status).toBe(403);
    expect((await stop({ token }, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await stop({ token }, { "content-type": "text/plain" })).status).toBe(415);
    expect((await post("/sign-in", { key: KEYS.storage }, undefined, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect(await (await get("/jobs/extend-7c1f", "storage")).text()).toContain("Running");
    expect((await stop({ token })).status).toBe(303);
  });

  it("redirects to the requested page, on this site only", async () => {
    const to = async (wanted: string) => (await post("/sign-in", { key: KEYS.storage, to: wanted })).headers.get("location");
    expect(await to("/jobs/a?projectId=1")).toBe("/jobs/a?projectId=1");
    for (const away of [
      "//evil.example/a",
      "https://evil.example",
      "/\\evil.example",
      "javascript:alert(1)",
      "/..//evil.example",
    ])
      expect(await to(away), away).toMatch(/^\/(?!\/)/);
  });
});

describe("a notice shows the outcome of a button:", () => {
  it.each([
    { name: "checked", jobId: "checked", answer: { status: "running" }, verb: "refresh", text: "checked just now" },
    {
      name: "checked a job that the cloud does not know",
      jobId: "gone",
      answer: undefined,
      verb: "refresh",
      text: "does not know this job",
    },
    { name: "stopped too late", jobId: "done-90aa", answer: undefined, verb: "stop", text: "has already ended" },
  ])("$name", async ({ jobId, answer, verb, text }) => {
    if (jobId !== "done-90aa") await world.services.table.save({ kind: "job", record: job(jobId, {}) });
    if (answer) world.cloud.answer(jobId, answer);
    const response = await post(`/jobs/${jobId}/action`, { verb, token: await tokenOf("storage") }, "storage");
    expect(await (await get(response.headers.get("location") ?? "", "storage")).text()).toContain(text);
  });

  it("a missing job has a notice on its page", async () => {
    const missing = { since: world.clock.now(), polls: 1 };
    await world.services.table.save({ kind: "job", record: job("vanishing", { missing }) });
    expect(await (await get("/jobs/vanishing", "storage")).text()).toContain(
      "The cloud did not know this job at the last check",
    );
  });
});

it("registers with the form like POST /jobs, and shows errors next to the fields", async () => {
  world.cloud.answer("by-form", { status: "running" });
  const token = await tokenOf("storage");
  const send = (labels: string) => post("/register", { jobId: "by-form", title: "", labels, token }, "storage");
  const refused = await send("Team!=blue");
  expect(refused.status).toBe(422);
  expect(await refused.text()).toMatch(/Nothing was registered.*value="Team!=blue".*id="labels-wrong"/s);
  expect((await send("team=blue, query=a=b")).status).toBe(303);
  const { body } = await world.request("GET", "/jobs/by-form", { key: KEYS.storage });
  expect(body).toMatchObject({ labels: { team: "blue", query: "a=b" }, channels: ["general"] });
});

describe("the form of a job", () => {
  const optionsOf = (page: string) => /<details class="more"(?<open> open)?>/.exec(page)?.groups?.open !== undefined;

  it("opens the options only if one was used or is wrong", async () => {
    const token = await tokenOf("storage");
    const send = async (fields: Record<string, string>) =>
      await (await post("/register", { source: "sfs-turbo-share", operation: "extend", token, ...fields }, "storage")).text();
    expect(optionsOf(await (await get("/register", "storage")).text())).toBe(false);
    const wrongId = await send({ shareId: "data-01" });
    expect(wrongId).toMatch(/value="data-01".*must be the UUID of a share.*value="extend" selected/s);
    expect(optionsOf(wrongId)).toBe(false);
    const wrongMinutes = await send({ shareId: "data-01", expectedMinutes: "soon", title: "Grow <it>", channels: "projects" });
    expect(wrongMinutes).toMatch(/value="projects" checked.*value="Grow &lt;it&gt;".*value="soon"/s);
    expect(optionsOf(wrongMinutes)).toBe(true);
  });

  it("offers to track a job that the cloud does not know", async () => {
    const token = await tokenOf("storage");
    const page = await (await post("/register", { jobId: "unheard-of", token }, "storage")).text();
    expect(page).toMatch(/value="unheard-of".*The cloud does not know this job\. Check the id\..*Check this box to track/s);
    expect(optionsOf(page)).toBe(true);
  });

  it("is filled by a link, as text", async () => {
    const page = await (await get("/register?source=ecs-job&jobId=%22%3E%3Cimg%20src%3Dx%3E&title=Resize", "storage")).text();
    expect(page).toContain('value="ecs-job" selected');
    expect(page).toContain('value="&quot;&gt;&lt;img src=x&gt;"');
    expect(page).not.toContain("<img");
    expect(optionsOf(page)).toBe(true);
  });
});

it("leads on from a path that does not exist, and from the list of the API", async () => {
  const missing = await get("/nothing", "storage");
  expect(missing.status).toBe(404);
  expect(await missing.text()).toMatch(/This page does not exist.*href="\/">All jobs/s);
  expect(await (await get("/nothing")).text()).toContain('href="/sign-in?to=%2Fnothing">Sign in');
  expect((await get("/nothing", undefined, { accept: "*/*" })).headers.get("content-type")).toContain("problem+json");
  expect((await get("/jobs", "storage")).headers.get("location")).toBe("/");
  expect((await get("/jobs", undefined, { accept: "*/*" })).status).toBe(401);
});

it("signs in with another key while signed in, and says where to find a key", async () => {
  expect((await get("/sign-in?to=/operations", "storage")).headers.get("location")).toBe("/operations");
  const page = await (await get("/sign-in?to=/operations&other=key", "storage")).text();
  expect(page).toContain("You are signed in for the team <b>storage</b>.");
  expect(page).toContain("<code>npm start</code> printed it");
  const switched = await post("/sign-in", { key: KEYS.operator, to: "/operations" }, "storage");
  expect(switched.headers.get("location")).toBe("/operations");
  const cookie = (switched.headers.get("set-cookie") ?? "").split(";")[0];
  expect((await get("/operations", cookie)).status).toBe(200);
  const { config } = world.services;
  const deployed = createApi({ ...world.services, config: { ...config, stage: "prod" } });
  expect(await (await deployed.request(`${HOST}/sign-in`, { headers: HTML })).text()).toContain(
    "Ask the operators of this service",
  );
});

it("calls an operation on a share by the share's name, which it escapes, and shows the sizes and what to do", async () => {
  const name = "data-01 <script>alert(1)</script>";
  const jobId = "77ba6f4b-6365-4895-8dda-bc7142af4dde.extend.1";
  const share = { source: "sfs-turbo-share", jobId, jobType: "extend_share", errorCode: "321" };
  const record = job("share-name", { ...share, state: "failed", resource: { name, size: 600, sizeBefore: 500 } });
  await world.services.table.save({ kind: "job", record });
  const page = await (await get(`/jobs/${jobId}`, "storage")).text();
  expect(page).toContain("<h1><bdi>data-01 &lt;script&gt;alert(1)&lt;/script&gt;</bdi></h1>");
  expect(page).toContain("<bdi>Extend share</bdi> from 500 GB to 600 GB");
  expect(page).toContain("<dt>Size</dt><dd>500 GB to 600 GB</dd>");
  expect(page).toContain("then extend the share again.");
  expect(page).not.toContain("<script>alert");
});

describe("a link in a message", () => {
  it("shows one job without signing in, and no buttons", async () => {
    const page = await (await get(linkTo("fails-55e2"))).text();
    expect(page).toContain("Cache for the nightly build");
    expect(page).not.toMatch(/<form|<button/);
  });

  it("is not valid for another job, after 30 days, or with a changed character", async () => {
    const link = linkTo("fails-55e2");
    const [path = "", query = ""] = link.split("?");
    expect((await get(`/jobs/done-90aa?${query}`)).status).toBe(303);
    expect((await get(`${path}?${query.replace("link=", "link=A")}`)).status).toBe(303);
    expect((await get(link.replace(/(link=\w+\.\w+\.)\w/, "$1z"))).status).toBe(303);
    expect((await get(link.replace(/.$/, (last) => (last === "A" ? "B" : "A")))).status).toBe(303);
    expect((await get(`${link}.part`)).status).toBe(303);
    world.clock.advance(31 * 86_400_000);
    expect((await get(link)).status).toBe(303);
    expect(world.logged.join()).not.toContain(new URLSearchParams(query).get("link"));
  });

  it("is not valid for a later job with the same id", async () => {
    const record = job("again-55e2", { title: "First of its name" });
    await world.services.table.save({ kind: "job", record });
    const link = linkOf({ ...record, registeredAt: record.registeredAt - 1 });
    expect((await get(linkOf(record))).status).toBe(200);
    expect((await get(link)).status).toBe(404);
  });

  it("does not count against the team's rate limit", async () => {
    const slow = await startWorld({ SIGNING_SECRET, REQUESTS_PER_MINUTE: "3" });
    const record = job("watched-55e2", {});
    await slow.services.table.save({ kind: "job", record });
    const app = createApi(slow.services);
    const open = async () => (await app.request(HOST + linkOf(record), { headers: HTML })).status;
    expect([await open(), await open()]).toEqual([200, 429]);
    expect((await slow.request("GET", "/jobs")).status).toBe(200);
    await slow.close();
  });
});

describe("a page", () => {
  it("with 100 jobs has less than 80 KB, and 9 KB compressed", async () => {
    const big = await startWorld({ SIGNING_SECRET });
    await addKey(big.table, KEYS.storage, "storage");
    const labels = { team: "blue", env: "production" };
    const records = Array.from({ length: 100 }, (_, index) =>
      job(`job-${index}-of-a-hundred`, { title: `Extend the file system data-${index}`, labels }),
    );
    await Promise.all(records.map((record) => big.services.table.save({ kind: "job", record })));
    const app = createApi(big.services);
    const signIn = await app.request(`${HOST}/sign-in`, { method: "POST", headers: FORM, body: `key=${KEYS.storage}` });
    const cookie = signIn.headers.get("set-cookie")?.split(";")[0] ?? "";
    const page = await (await app.request(HOST, { headers: { ...HTML, cookie } })).text();
    expect(page.match(/<li id=/g)).toHaveLength(100);
    expect(page).toContain("100 open jobs");
    expect(Buffer.byteLength(page)).toBeLessThan(80 * 1024);
    expect(gzipSync(page).byteLength).toBeLessThan(9 * 1024);
    await big.close();
  });

  it("says that pages are disabled without a signing secret, while the API works", async () => {
    const off = await startWorld();
    const app = createApi(off.services);
    const page = await app.request(HOST, { headers: HTML });
    expect(page.status).toBe(404);
    expect(await page.text()).toContain("SIGNING_SECRET is not set");
    expect((await off.register("any")).status).toBe(404);
    await off.close();
  });

  it("counts as a request of its team", async () => {
    const slow = await startWorld({ SIGNING_SECRET, REQUESTS_PER_MINUTE: "3" });
    await addKey(slow.table, KEYS.storage, "storage");
    const app = createApi(slow.services);
    const signIn = await app.request(`${HOST}/sign-in`, { method: "POST", headers: FORM, body: `key=${KEYS.storage}` });
    const cookie = signIn.headers.get("set-cookie")?.split(";")[0] ?? "";
    const open = () => app.request(HOST, { headers: { ...HTML, cookie } });
    expect([(await open()).status, (await open()).status]).toEqual([200, 429]);
    await slow.close();
  });
});
