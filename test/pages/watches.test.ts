import { afterAll, beforeAll, expect, it } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import { jobPages } from "../../lib/adapters/signing/job-page.ts";
import { newTeamWatches } from "../../lib/domain/discovery/watch.ts";
import { watchesPk } from "../../lib/domain/table-keys.ts";
import { NOW, PROJECT } from "../jobs.ts";
import { addKey, startWorld, type World } from "../world.ts";
import { job } from "./sample-jobs.ts";
import { watch } from "./sample-watches.ts";
import { KEYS, SIGNING_SECRET } from "./site.ts";

// The page of watches, and what the page of a discovered job shows.

const HOST = "https://jobwatch.example.com";
const OTHER_PROJECT = "f".repeat(32);
const OWN_KEYS = { ...KEYS, other: "sfsjw_of-others", narrow: "sfsjw_channel-projects", outside: "sfsjw_other-project" };
type Who = keyof typeof OWN_KEYS;

let world: World;
let api: ReturnType<typeof createApi>;
const sessions = {} as Record<Who, { cookie: string; token: string }>;

beforeAll(async () => {
  world = await startWorld({ SIGNING_SECRET, ALLOWED_PROJECT_IDS: `${PROJECT},${OTHER_PROJECT}` });
  api = createApi(world.services);
  await addKey(world.table, OWN_KEYS.storage, "storage", { label: "<b>us</b>" });
  await addKey(world.table, OWN_KEYS.reader, "storage", { readOnly: true });
  await addKey(world.table, OWN_KEYS.operator, "storage", { operator: true });
  await addKey(world.table, OWN_KEYS.other, "other");
  await addKey(world.table, OWN_KEYS.narrow, "storage", { channels: ["projects"] });
  await addKey(world.table, OWN_KEYS.outside, "storage", { projects: [OTHER_PROJECT] });
  for (const [who, key] of Object.entries(OWN_KEYS)) {
    const answer = await send("/sign-in", { key });
    const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const page = await (await send("/", undefined, cookie)).text();
    sessions[who as Who] = { cookie, token: /name="token" value="([^"]+)"/.exec(page)?.[1] ?? "" };
  }
});
afterAll(() => world.close());

function send(path: string, fields?: [string, string][] | Record<string, string>, cookie = "", more = {}) {
  const headers = { accept: "text/html", host: "jobwatch.example.com", "sec-fetch-site": "same-origin", cookie, ...more };
  if (!fields) return api.request(HOST + path, { headers });
  const type = { "content-type": "application/x-www-form-urlencoded" };
  return api.request(HOST + path, {
    method: "POST",
    headers: { ...headers, ...type },
    body: new URLSearchParams(fields).toString(),
  });
}

const open = async (who: Who, path = "/watches") => await (await send(path, undefined, sessions[who].cookie)).text();
const act = (who: Who, fields: [string, string][]) =>
  send("/watches/action", [["token", sessions[who].token], ...fields], sessions[who].cookie);
const add = (who: Who, ...fields: [string, string][]) => act(who, [["verb", "add"], ["source", "sfs-turbo-share"], ...fields]);
const noticeOf = (answer: Response) => answer.headers.get("location")?.split("notice=")[1];

async function stored() {
  const found = await world.services.table.read(watchesPk("storage"));
  return found?.kind === "watches" ? found.record.watches : [];
}

async function store(...watches: ReturnType<typeof watch>[]): Promise<void> {
  const found = await world.services.table.read(watchesPk("storage"));
  const before = found?.kind === "watches" ? found : ({ kind: "watches", record: newTeamWatches("storage") } as const);
  await world.services.table.save({ ...before, record: { ...before.record, watches } });
}

it("returns JSON to programs and a page to browsers at the same addresses", async () => {
  await store(watch("w-1", {}));
  const authorization = `Bearer ${KEYS.storage}`;
  for (const path of ["/watches", "/watches/w-1"]) {
    const json = await send(path, undefined, "", { accept: "*/*", authorization });
    expect(json.headers.get("content-type")).toContain("application/json");
    const page = await send(path, undefined, sessions.storage.cookie);
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(await page.text()).toContain('id="w-w-1"');
    expect((await send(path)).headers.get("location")).toBe(`/sign-in?to=${encodeURIComponent(path)}`);
  }
  expect(await open("storage", "/")).toContain('<a href="/watches">Watches</a>');
});

it("adds the watch of the form, with the fields of its source only", async () => {
  await store();
  const answer = await add(
    ...(["storage" as const, ["operations-sfs-turbo-share", "extend"] as [string, string]] as const),
    ["operations-sfs-turbo-share", "create"],
    ["operations-cbr-log", "backup"],
    ["projectId", OTHER_PROJECT],
    ["names", " data-* ,home-??"],
    ["tags", "team=blue, env=prod"],
    ["channels", "projects"],
  );
  expect([answer.status, noticeOf(answer)]).toEqual([303, "watch-added"]);
  const wanted = {
    source: "sfs-turbo-share",
    projectId: OTHER_PROJECT,
    operations: ["extend", "create"],
    channels: ["projects"],
  };
  expect(await stored()).toMatchObject([{ ...wanted, names: ["data-*", "home-??"], tags: { team: "blue", env: "prod" } }]);
  const backups = await act("storage", [
    ["verb", "add"],
    ["source", "cbr-log"],
    ["operations-sfs-turbo-share", "extend"],
    ["tags", "team=blue"],
  ]);
  expect(noticeOf(backups)).toBe("watch-added");
  const [, second] = await stored();
  expect(second).toMatchObject({ source: "cbr-log", projectId: PROJECT, channels: ["general"] });
  expect(second).not.toHaveProperty("operations");
  expect(second).not.toHaveProperty("tags");
  expect(
    noticeOf(
      await act("storage", [
        ["verb", "add"],
        ["source", "cbr-log"],
      ]),
    ),
  ).toBe("watch-known");
  expect(await stored()).toHaveLength(2);
});

it("says at once that the list is refused", async () => {
  await store();
  world.cloud.lists.fail("sfs-turbo-share", "missing-right");
  expect(noticeOf(await add("storage"))).toBe("watch-unlisted");
  world.cloud.lists.fail("sfs-turbo-share", undefined);
  expect(await open("storage", "/watches?notice=watch-unlisted")).toContain("the first list could not be read");
});

it("shows errors next to the fields, keeps what was typed, and does not refresh that page", async () => {
  await store();
  const answer = await add("storage", ["names", "a\u0007b"], ["channels", "nowhere"], ["operations-sfs-turbo-share", "extend"]);
  const page = await answer.text();
  expect(answer.status).toBe(422);
  expect(page).toMatch(/id="names-wrong">must be one line of visible text, without U\+0007/);
  expect(page).toMatch(/id="names-wrong"/);
  expect(page).toMatch(/value="extend" checked/);
  expect(page).not.toContain("Updates automatically");
  expect(page).not.toContain('id="live"');
  expect(await stored()).toEqual([]);
  await store(...Array.from({ length: 20 }, (_, index) => watch(`w-${index}`, { names: [`n-${index}`] })));
  const full = await add("storage", ["names", "one-more"]);
  expect(full.status).toBe(422);
  expect(await full.text()).toContain("Your team has 20 watches, which is the limit.");
});

it("shows the state of each watch", async () => {
  const failing = { since: NOW - 600_000, cause: "not-permitted" as const, reason: "APIGW.0305 no.", requestId: "req-1" };
  await store(
    watch("listed", { startedAt: NOW - 120_000, notifyOn: [], waiting: 3 }),
    watch("refused", { failing }),
    watch("incomplete", { failing: { ...failing, cause: "incomplete", reason: "12 of 13", listedAt: NOW - 700_000 } }),
    watch("pending", {}),
  );
  const page = await open("storage");
  for (const words of [
    "Last list read at ",
    'title="Last list read 2026-11-23 11:58:00 UTC">2 min ago</time>',
    "Not listed</b>",
    "3 operations wait, since your team has too many open jobs.",
    "The cloud does not permit us to list this project (APIGW.0305 no).",
    "It has never been listed.",
    "Ask the operators to grant the right <code>sfsturbo:shares:getAllShares</code> to the cloud user.",
    "Request id for the cloud's support: <code>req-1</code>",
    "The last list lacked many entries at once, so it was not believed (12 of 13).",
    "Not listed yet. The first list is read within a minute.",
    "What a list cannot show",
  ])
    expect(page).toContain(words);
});

it("escapes hostile texts", async () => {
  const evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
  const failing = { since: NOW, cause: "unavailable" as const, reason: evil, requestId: evil };
  await store(watch("evil", { names: [evil], tags: { [evil]: evil }, by: evil, failing }));
  const page = await open("storage");
  expect(page).not.toContain("<script>alert");
  expect(page).not.toContain("<img");
  const echoed = await (
    await add("storage", ["names", evil], ["tags", `${"k".repeat(200)}=${evil}`], ["channels", evil])
  ).text();
  expect(echoed).not.toContain("<script>alert");
  expect(echoed).not.toContain("<img");
});

it("ends a watch, once", async () => {
  await store(watch("w-1", {}), watch("w-2", {}));
  const end = (): Promise<Response> | Response =>
    act("storage", [
      ["verb", "end"],
      ["watchId", "w-1"],
    ]);
  expect(noticeOf(await end())).toBe("watch-ended");
  expect((await stored()).map(({ watchId }) => watchId)).toEqual(["w-2"]);
  expect((await end()).status).toBe(404);
  expect((await act("storage", [["verb", "drop"]])).status).toBe(422);
});

it("accepts only forms of this session from this site", async () => {
  await store(watch("w-1", {}));
  const fields = { verb: "end", watchId: "w-1" };
  const { cookie, token } = sessions.storage;
  for (const sent of [
    send("/watches/action", fields, cookie),
    send("/watches/action", { ...fields, token: sessions.operator.token }, cookie),
    send("/watches/action", { ...fields, token }, cookie, { "sec-fetch-site": "cross-site" }),
  ])
    expect((await sent).status).toBe(403);
  const signedOut = await send("/watches/action", { ...fields, token });
  expect(signedOut.headers.get("location")).toBe("/sign-in?to=%2Fwatches&notice=signed-out");
  expect(await stored()).toHaveLength(1);
});

it("offers each key only what it may do", async () => {
  await store(
    watch("general", { channels: ["general", "projects"] }),
    watch("projects", { channels: ["projects"], names: ["p"] }),
    watch("other", { projectId: OTHER_PROJECT }),
  );
  const idsOf = (page: string) => [...page.matchAll(/<li id="w-([^"]+)"/g)].map(([, id]) => id);
  const endable = (page: string) => [...page.matchAll(/name="watchId" value="([^"]+)"/g)].map(([, id]) => id);
  const [storage, reader, narrow, outside, other] = await Promise.all(
    (["storage", "reader", "narrow", "outside", "other"] as const).map((who) => open(who)),
  );
  expect([idsOf(`${storage}`), endable(`${storage}`)]).toEqual([
    ["general", "projects", "other"],
    ["general", "projects", "other"],
  ]);
  expect([idsOf(`${reader}`), endable(`${reader}`)]).toEqual([["general", "projects", "other"], []]);
  expect(reader).not.toContain("Add the watch");
  expect([idsOf(`${narrow}`), endable(`${narrow}`)]).toEqual([["general", "projects", "other"], ["projects"]]);
  expect([idsOf(`${outside}`), endable(`${outside}`)]).toEqual([["other"], ["other"]]);
  expect(idsOf(`${other}`)).toEqual([]);
  const end = async (who: Who, watchId: string) =>
    (
      await act(who, [
        ["verb", "end"],
        ["watchId", watchId],
      ])
    ).status;
  expect(await end("reader", "general")).toBe(403);
  expect((await add("reader")).status).toBe(403);
  expect(await end("narrow", "general")).toBe(403);
  expect(await end("outside", "general")).toBe(404);
  expect(await end("other", "general")).toBe(404);
  expect(await stored()).toHaveLength(3);
});

it("names the watch that discovered a job, with a link for those who signed in", async () => {
  const record = {
    ...job("found-1", {}),
    source: "sfs-turbo-share",
    jobId: `${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}.extend.1`,
  };
  await world.services.table.save({ kind: "job", record: { ...record, origin: { watchId: "w-9", found: "x" } } });
  const page = await open("storage", `/jobs/${record.jobId}`);
  expect(page).toContain('Discovered by the watch of <a href="/watches#w-w-9">SFS Turbo shares</a>');
  const link = jobPages({ publicUrl: HOST, signingSecret: SIGNING_SECRET }, world.clock.now)?.(record).slice(HOST.length) ?? "";
  const linked = await (await send(link)).text();
  expect(linked).toContain("Discovered by the watch of SFS Turbo shares");
  expect(linked).not.toContain("/watches");
});
