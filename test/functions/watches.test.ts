import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { emptyState } from "../../lib/domain/schedule/poller-state.ts";
import { watchesPk } from "../../lib/domain/table-keys.ts";
import type { ListRequest, ProjectLists } from "../../lib/ports.ts";
import { PROJECT } from "../jobs.ts";
import { addKey, startWorld, type World } from "../world.ts";

const OTHER_PROJECT = "f".repeat(32);
const READER = "sfsjw_reader";
const OF_OTHER_PROJECT = "sfsjw_other-project";
const OF_PROJECTS = "sfsjw_channel-projects";
const OF_OTHERS = "sfsjw_of-others";
const SHARES = { source: "sfs-turbo-share" };

let world: World | undefined;
let listed: ListRequest[];
const here = (): World => {
  if (!world) throw new Error("no world");
  return world;
};

beforeEach(async () => {
  await world?.close();
  world = await startWorld({ ALLOWED_PROJECT_IDS: `${PROJECT},${OTHER_PROJECT}` });
  await addKey(world.table, READER, "storage", { readOnly: true });
  await addKey(world.table, OF_OTHER_PROJECT, "storage", { projects: [OTHER_PROJECT] });
  await addKey(world.table, OF_PROJECTS, "storage", { channels: ["projects"] });
  await addKey(world.table, OF_OTHERS, "others");
  listIs({ kind: "listed", resources: [], requestId: "abc" });
});
afterAll(() => world?.close());

function listIs(answer: Awaited<ReturnType<ProjectLists["list"]>> | (() => Promise<never>)): void {
  listed = [];
  here().services.lists = {
    list: async (request) => {
      listed.push(request);
      return typeof answer === "function" ? await answer() : answer;
    },
  };
}

const request = (method: string, path: string, body?: unknown, key?: string, headers?: Record<string, string>) =>
  here().request(method, path, { ...(body !== undefined && { body }), ...(key && { key }), ...(headers && { headers }) });
const add = (more: Record<string, unknown> = {}, key?: string) => request("POST", "/watches", { ...SHARES, ...more }, key);
const watchIds = async (key?: string) =>
  (await request("GET", "/watches", undefined, key)).body.watches.map(({ watchId }: { watchId: string }) => watchId);

describe("POST /watches", () => {
  it("adds a watch with the default channel and project, and reads its list once", async () => {
    const { status, headers, body } = await add();
    expect(status).toBe(201);
    expect(headers.location).toBe(`/watches/${body.watchId}`);
    const lastList = { outcome: "listed", at: "2026-11-23T12:00:00.000Z", requestId: "abc" };
    const given = { source: "sfs-turbo-share", projectId: PROJECT, channels: ["general"], by: "test" };
    expect(body).toEqual({ watchId: body.watchId, ...given, createdAt: "2026-11-23T12:00:00.000Z", lastList });
    expect(listed).toMatchObject([{ source: "sfs-turbo-share", projectId: PROJECT, since: here().clock.now() }]);
    expect((await request("GET", `/watches/${body.watchId}`)).body).toMatchObject({
      ...given,
      lastList: { outcome: "pending" },
    });
  });

  it("shows what was asked for, without duplicates", async () => {
    const order = { operations: ["extend", "extend"], names: ["data-*", "home-?"], tags: { team: "blue", "": undefined } };
    const { body } = await add({ ...order, channels: ["projects", "general", "projects"], notifyOn: ["failed"] });
    const wanted = { operations: ["extend"], names: ["data-*", "home-?"], tags: { team: "blue" }, notifyOn: ["failed"] };
    expect(body).toMatchObject({ ...wanted, channels: ["projects", "general"] });
    expect((await request("GET", "/watches")).body.watches).toMatchObject([wanted]);
  });

  it("returns the same watch for the same operations, with the new channels, and does not list again", async () => {
    const first = await add({ operations: ["extend", "create"], names: ["a*"] });
    const again = await add({ names: ["a*"], operations: ["create", "extend"], channels: ["projects"], notifyOn: ["failed"] });
    expect(again).toMatchObject({ status: 200, headers: { location: first.headers.location } });
    expect(again.body).toMatchObject({ watchId: first.body.watchId, channels: ["projects"], notifyOn: ["failed"] });
    expect(await watchIds()).toEqual([first.body.watchId]);
    expect(listed).toHaveLength(1);
    expect((await add({ operations: ["extend"] })).status).toBe(201);
  });

  it.each([
    { cause: "not-permitted", missingRight: "sfsturbo:shares:getAllShares" },
    { cause: "credentials", missingRight: undefined },
    { cause: "configuration", missingRight: undefined },
    { cause: "throttled", missingRight: undefined },
    { cause: "unavailable", missingRight: undefined },
    { cause: "invalid-response", missingRight: undefined },
  ] as const)("stores the watch and returns 202 if its list is $cause", async ({ cause, missingRight }) => {
    listIs({ kind: "unreachable", cause, reason: "APIGW.0302 not allowed", requestId: "r-1" });
    const { status, body } = await add();
    expect(status).toBe(202);
    const { since, ...lastList } = body.lastList;
    expect(since).toBe("2026-11-23T12:00:00.000Z");
    expect(lastList).toEqual({
      ...{ outcome: cause, reason: "APIGW.0302 not allowed", requestId: "r-1" },
      ...(missingRight && { missingRight }),
    });
    expect(await watchIds()).toEqual([body.watchId]);
  });

  it("names the right for backups", async () => {
    listIs({ kind: "unreachable", cause: "not-permitted", reason: "no" });
    expect((await request("POST", "/watches", { source: "cbr-log" })).body.lastList.missingRight).toBe("cbr:tasks:list");
  });

  it("stores the watch although the first list breaks", async () => {
    listIs(() => Promise.reject(new Error("broken")));
    const { status, body } = await add();
    expect({ status, lastList: body.lastList }).toEqual({ status: 202, lastList: { outcome: "pending" } });
    expect(await watchIds()).toEqual([body.watchId]);
  });

  it("requests no page of a long list after 3 seconds", async () => {
    let pages = 0;
    here().services.lists = {
      list: async ({ onRequest }) => {
        for (;;) {
          onRequest?.();
          pages++;
          here().clock.advance(1_000);
        }
      },
    };
    expect(await add()).toMatchObject({ status: 202, body: { lastList: { outcome: "pending" } } });
    expect(pages).toBe(4);
  });

  it("stores the watch without a list if the team has too many slow requests", async () => {
    const { table, clock } = here().services;
    for (let index = 0; index < 4; index++)
      await table.takeLease({ pk: `limit#storage#slow#${index}`, owner: "other", until: clock.now() + 30_000 });
    const hanging = async () => {
      setTimeout(() => here().clock.advance(1_000), 10);
      return await new Promise<never>(() => undefined);
    };
    here().services.lists = { list: hanging };
    expect(await add()).toMatchObject({ status: 202, body: { lastList: { outcome: "pending" } } });
    expect(await watchIds()).toHaveLength(1);
  });

  it("rejects the 21st watch, names the limit, and lists nothing", async () => {
    for (let index = 0; index < 20; index++) expect((await add({ names: [`n-${index}`] })).status).toBe(201);
    listIs({ kind: "listed", resources: [] });
    const { status, body } = await add({ names: ["one-more"] });
    expect({ status, type: body.type }).toEqual({ status: 422, type: "too-many-watches" });
    expect(body.detail).toContain("20 watches");
    expect(listed).toEqual([]);
    expect((await add({ names: ["n-3"] })).status).toBe(200);
    const [first] = await watchIds();
    await request("DELETE", `/watches/${first}`);
    expect((await add({ names: ["one-more"] })).status).toBe(201);
  });

  it("writes nothing if the watch is refused", async () => {
    await add({ channels: ["general"] });
    for (let index = 1; index < 20; index++) await add({ names: [`n-${index}`] });
    here().clock.advance(3_600_000);
    const stored = async () => {
      const { Items = [] } = await here().table.client.send(new ScanCommand({ TableName: here().table.name }));
      return Items.filter(({ pk }) => /^(project|watches)#/.test(pk?.S ?? "")).map(({ pk, version }) => [pk?.S, version?.N]);
    };
    const before = await stored();
    expect((await add({ projectId: OTHER_PROJECT })).status).toBe(422);
    expect((await add({ channels: ["projects"] }, OF_PROJECTS)).status).toBe(403);
    expect(await stored()).toEqual(before);
  });

  it("returns the same answer to an Idempotency-Key", async () => {
    const headers = { "idempotency-key": "k" };
    const first = await request("POST", "/watches", SHARES, undefined, headers);
    await request("DELETE", `/watches/${first.body.watchId}`);
    const again = await request("POST", "/watches", SHARES, undefined, headers);
    expect(again).toMatchObject({ status: 201, body: first.body, headers: { "idempotent-replayed": "true" } });
    expect(again.headers.location).toBe(first.headers.location);
    expect(await watchIds()).toEqual([]);
    const other = await request("POST", "/watches", { source: "cbr-log" }, undefined, headers);
    expect(other).toMatchObject({ status: 422, body: { type: "idempotency-key-reused" } });
  });
});

describe("POST /watches rejects the request, and writes and lists nothing:", () => {
  const control = `a${String.fromCharCode(7)}b`;
  it.each<{ name: string; body: unknown; pointer: string; detail?: string | RegExp }>([
    { name: "no source", body: {}, pointer: "/source", detail: "must be one of sfs-turbo-share, cbr-log." },
    {
      name: "an unknown source",
      body: { source: "disk" },
      pointer: "/source",
      detail: "must be one of sfs-turbo-share, cbr-log.",
    },
    {
      name: "a source that cannot be watched",
      body: { source: "ecs-job" },
      pointer: "/source",
      detail:
        /^cannot be ecs-job, since its service lists no operations of a project: it must be one of sfs-turbo-share, cbr-log\./,
    },
    { name: "a source that is a list", body: { source: ["cbr-log"] }, pointer: "/source" },
    { name: "an invalid project id", body: { ...SHARES, projectId: "eu-de" }, pointer: "/projectId" },
    { name: "a project that is not allowed", body: { ...SHARES, projectId: "0".repeat(32) }, pointer: "/projectId" },
    { name: "no operation", body: { ...SHARES, operations: [] }, pointer: "/operations" },
    {
      name: "an operation of another source",
      body: { ...SHARES, operations: ["extend", "backup"] },
      pointer: "/operations/1",
      detail: "must be one of create, extend, change-security-group, add-backend, remove-backend, delete.",
    },
    { name: "an operation that is a method", body: { ...SHARES, operations: ["toString"] }, pointer: "/operations/0" },
    { name: "no names", body: { ...SHARES, names: [] }, pointer: "/names" },
    { name: "11 names", body: { ...SHARES, names: Array(11).fill("a") }, pointer: "/names" },
    {
      name: "an empty name",
      body: { ...SHARES, names: ["a", ""] },
      pointer: "/names/1",
      detail: "must be 1 to 255 characters.",
    },
    { name: "a name of 256 characters", body: { ...SHARES, names: ["x".repeat(256)] }, pointer: "/names/0" },
    { name: "a name with a control character", body: { ...SHARES, names: [control] }, pointer: "/names/0", detail: /U\+0007/ },
    { name: "a name with a direction override", body: { ...SHARES, names: ["a\u202eb"] }, pointer: "/names/0" },
    { name: "names that are text", body: { ...SHARES, names: "data-*" }, pointer: "/names" },
    {
      name: "six tags",
      body: { ...SHARES, tags: Object.fromEntries([..."abcdef"].map((key) => [key, "x"])) },
      pointer: "/tags",
      detail: "must be at most 5 tags.",
    },
    { name: "tags that are a list", body: { ...SHARES, tags: [{ key: "a", value: "b" }] }, pointer: "/tags" },
    { name: "a tag that is a number", body: { ...SHARES, tags: { a: 1 } }, pointer: "/tags/a" },
    { name: "a tag without a key", body: { ...SHARES, tags: { "": "x" } }, pointer: "/tags/", detail: /1 to 128 characters/ },
    { name: "a tag with a control character", body: { ...SHARES, tags: { a: control } }, pointer: "/tags/a" },
    {
      name: "tags of backups",
      body: { source: "cbr-log", tags: { a: "b" } },
      pointer: "/tags",
      detail: /log of cbr-log has no tags/,
    },
    { name: "an unknown channel", body: { ...SHARES, channels: ["nowhere"] }, pointer: "/channels/0", detail: /Your channels/ },
    { name: "the operators' channel", body: { ...SHARES, channels: ["operators"] }, pointer: "/channels/0" },
    { name: "an unknown event", body: { ...SHARES, notifyOn: ["done"] }, pointer: "/notifyOn/0" },
    { name: "an unknown field", body: { ...SHARES, name: "a" }, pointer: "/name", detail: /Unknown field "name"/ },
    { name: "a list", body: [SHARES], pointer: "" },
  ])("$name", async ({ body, pointer, detail }) => {
    const headers = { "content-type": "application/json", "idempotency-key": "k" };
    const answer = await here().request("POST", "/watches", { body, headers, isWrong: true });
    expect(answer).toMatchObject({ status: 422, body: { type: "invalid-request" } });
    expect(answer.body.errors).toHaveLength(1);
    expect(answer.body.errors[0].pointer).toBe(pointer);
    if (detail !== undefined)
      expect(answer.body.errors[0].detail).toEqual(detail instanceof RegExp ? expect.stringMatching(detail) : detail);
    const { Items = [] } = await here().table.client.send(new ScanCommand({ TableName: here().table.name }));
    expect(Items.map(({ pk }) => pk?.S).filter((pk) => !pk?.startsWith("key#"))).toEqual([]);
    expect(listed).toEqual([]);
  });

  it.each([
    { name: "no key", send: { body: SHARES, key: null }, status: 401 },
    { name: "a wrong key", send: { body: SHARES, key: "sfsjw_wrong" }, status: 401 },
    { name: "a read-only key", send: { body: SHARES, key: READER }, status: 403 },
    { name: "another content type", send: { raw: "{}", headers: { "content-type": "text/plain" } }, status: 415 },
    { name: "more than 16 KB", send: { raw: `{"source":"${"a".repeat(16_384)}"}` }, status: 413 },
    { name: "no JSON", send: { raw: "{source:" }, status: 400 },
    { name: "a field twice", send: { raw: '{"source":"cbr-log","source":"cbr-log"}' }, status: 422 },
    { name: "__proto__", send: { raw: '{"source":"cbr-log","tags":{"__proto__":"x"}}' }, status: 422 },
  ])("$name", async ({ send, status }) => {
    expect((await here().request("POST", "/watches", { ...send, isWrong: true })).status).toBe(status);
    expect(await here().services.table.read(watchesPk("storage"))).toBeUndefined();
    expect(listed).toEqual([]);
  });

  it("unsupported methods and unknown query parameters", async () => {
    const { status, headers } = await here().request("PUT", "/watches", { body: SHARES, isWrong: true });
    expect({ status, allow: headers.allow?.split(", ").sort() }).toEqual({ status: 405, allow: ["GET", "POST"] });
    const one = await here().request("PATCH", "/watches/a", { body: {}, isWrong: true });
    expect({ status: one.status, allow: one.headers.allow?.split(", ").sort() }).toEqual({
      status: 405,
      allow: ["DELETE", "GET"],
    });
    for (const [method, path] of [
      ["GET", "/watches"],
      ["POST", "/watches"],
      ["GET", "/watches/a"],
      ["DELETE", "/watches/a"],
    ] as const)
      expect((await here().request(method, `${path}?dryRun=true`, { isWrong: true })).body).toMatchObject({
        errors: [{ pointer: "/dryRun" }],
      });
  });
});

it("keeps hostile names as text", async () => {
  const names = ["<script>alert(1)</script>*", "<!channel> *bold* <https://evil.example|x>", "../..", "😀*"];
  const tags = { constructor: "<!here>", "a'b": "" };
  const { status, body } = await add({ names, tags });
  expect({ status, names: body.names, tags: body.tags }).toEqual({ status: 201, names, tags });
  expect((await request("GET", `/watches/${body.watchId}`)).body).toMatchObject({ names, tags });
});

it("shows when the poller last read a list, and why it cannot", async () => {
  const { body } = await add();
  const { table, clock, config } = here().services;
  const show = async () => (await request("GET", `/watches/${body.watchId}`)).body;
  const taken = await table.takeSegment(0, config.poll.segments, "test", clock.now(), clock.now() + 1_000);
  if (!taken) throw new Error("the segment is taken");
  const key = `project#sfs-turbo-share#${PROJECT}`;
  await table.closeSegment({ ...taken, ...emptyState(), lists: { [key]: [clock.now() + 5_000, "test"] } });
  expect((await show()).lastList).toEqual({ outcome: "listed", at: "2026-11-23T12:00:05.000Z" });
  const stored = await table.read(watchesPk("storage"));
  if (stored?.kind !== "watches") throw new Error("no watches");
  const failing = { since: clock.now(), cause: "incomplete" as const, reason: "12 of 13 shares are missing", requestId: "r" };
  const watches = stored.record.watches.map((watch) => ({
    ...watch,
    failing: { ...failing, listedAt: clock.now() - 60_000 },
    waiting: 3,
  }));
  await table.save({ ...stored, record: { ...stored.record, watches } });
  expect(await show()).toMatchObject({
    waiting: 3,
    lastList: {
      ...{ outcome: "incomplete", reason: "12 of 13 shares are missing", requestId: "r" },
      ...{ at: "2026-11-23T11:59:00.000Z", since: "2026-11-23T12:00:00.000Z" },
    },
  });
});

describe("DELETE /watches/{watchId}", () => {
  it("ends the watch and returns it; afterwards there is none", async () => {
    const { body } = await add();
    const ended = await request("DELETE", `/watches/${body.watchId}`);
    expect(ended).toMatchObject({ status: 200, body: { watchId: body.watchId, channels: ["general"] } });
    expect(await watchIds()).toEqual([]);
    for (const method of ["GET", "DELETE"])
      expect(await request(method, `/watches/${body.watchId}`)).toMatchObject({ status: 404, body: { type: "not-found" } });
  });

  it.each(["nothing", "%2e%2e", "a%2fb", "%00", "constructor"])("returns 404 for %s", async (name) => {
    expect((await request("DELETE", `/watches/${name}`)).status).toBe(404);
  });
});

describe("a key that is", () => {
  it("of another team sees and ends nothing", async () => {
    const { body } = await add();
    expect(await watchIds(OF_OTHERS)).toEqual([]);
    const [theirs, nobodys] = [
      await request("GET", `/watches/${body.watchId}`, undefined, OF_OTHERS),
      await request("GET", "/watches/none", undefined, OF_OTHERS),
    ];
    expect(theirs).toEqual(nobodys);
    expect((await request("DELETE", `/watches/${body.watchId}`, undefined, OF_OTHERS)).status).toBe(404);
    expect((await add({}, OF_OTHERS)).status).toBe(201);
    expect(await watchIds()).toEqual([body.watchId]);
  });

  it("read-only sees watches, and adds and ends none", async () => {
    const { body } = await add();
    expect(await watchIds(READER)).toEqual([body.watchId]);
    expect((await request("GET", `/watches/${body.watchId}`, undefined, READER)).status).toBe(200);
    for (const answer of [await add({}, READER), await request("DELETE", `/watches/${body.watchId}`, undefined, READER)])
      expect(answer).toMatchObject({ status: 403, body: { detail: expect.stringContaining("read-only") } });
    expect(await watchIds()).toEqual([body.watchId]);
  });

  it("limited to projects watches and sees only these", async () => {
    const ours = (await add()).body.watchId;
    expect((await add({ projectId: PROJECT }, OF_OTHER_PROJECT)).body).toMatchObject({ errors: [{ pointer: "/projectId" }] });
    const own = await add({}, OF_OTHER_PROJECT);
    expect(own).toMatchObject({ status: 201, body: { projectId: OTHER_PROJECT } });
    expect(await watchIds(OF_OTHER_PROJECT)).toEqual([own.body.watchId]);
    for (const method of ["GET", "DELETE"])
      expect((await request(method, `/watches/${ours}`, undefined, OF_OTHER_PROJECT)).status).toBe(404);
    expect(await watchIds()).toEqual([ours, own.body.watchId]);
    expect((await request("DELETE", `/watches/${own.body.watchId}`, undefined, OF_OTHER_PROJECT)).status).toBe(200);
  });

  it("limited to channels names only these, and changes and ends no watch of other channels", async () => {
    const ours = (await add({ channels: ["general", "projects"] })).body.watchId;
    expect((await add({ names: ["a"], channels: ["general"] }, OF_PROJECTS)).body).toMatchObject({
      errors: [{ pointer: "/channels/0", detail: 'Unknown channel "general". Your channels: projects.' }],
    });
    const refusals = [await add({}, OF_PROJECTS), await request("DELETE", `/watches/${ours}`, undefined, OF_PROJECTS)];
    for (const answer of refusals)
      expect(answer).toMatchObject({
        status: 403,
        body: {
          type: "forbidden",
          detail: expect.stringMatching(/limited to the channels projects, .* general\. Use a key for all/),
        },
      });
    expect((await request("GET", `/watches/${ours}`, undefined, OF_PROJECTS)).body.channels).toEqual(["general", "projects"]);
    const own = await add({ names: ["b*"] }, OF_PROJECTS);
    expect(own).toMatchObject({ status: 201, body: { channels: ["projects"] } });
    expect((await add({ names: ["b*"], notifyOn: ["failed"] }, OF_PROJECTS)).status).toBe(200);
    expect((await request("DELETE", `/watches/${own.body.watchId}`, undefined, OF_PROJECTS)).status).toBe(200);
  });
});

it("counts each request against the team's limit, and the list of a new watch as no further one", async () => {
  const limited = await startWorld({ REQUESTS_PER_MINUTE: "30" });
  limited.services.lists = { list: async () => ({ kind: "listed", resources: [] }) };
  const statuses = [];
  for (let index = 0; index < 12; index++)
    statuses.push((await limited.request("POST", "/watches", { body: { ...SHARES, names: [`n-${index}`] } })).status);
  expect(statuses).toEqual([...Array(10).fill(201), 429, 429]);
  await limited.close();
});

it("shows the watch that discovered a job", async () => {
  const { services, register } = here();
  here().cloud.answer("*", { status: "running" });
  await register("found");
  const { jobs } = (await services.table.listJobs("storage", { limit: 1 })) as { jobs: never[] };
  const [job] = jobs as import("../../lib/domain/job/job.ts").Job[];
  if (!job) throw new Error("no job");
  expect((await request("GET", "/jobs/found")).body).not.toHaveProperty("origin");
  await services.table.save({ kind: "job", record: { ...job, origin: { watchId: "w-1", found: "x" } } });
  expect((await request("GET", "/jobs/found")).body.origin).toBe("w-1");
  expect((await request("GET", "/jobs")).body.jobs[0].origin).toBe("w-1");
});
