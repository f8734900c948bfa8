import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type CloudOptions, startCloud } from "../../infra/local/cloud.ts";
import { LIST_FAULTS } from "../../infra/local/list-faults.ts";

const PROJECT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const START = Date.parse("2026-11-24T12:00:00.000Z");
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

async function cloudForTest(options: Partial<CloudOptions> = {}) {
  const clock = { at: START };
  const cloud = await startCloud({ port: 0, now: () => clock.at, staticToken: "static", projectIds: [PROJECT], ...options });
  onTestFinished(() => cloud.close());
  const request = async (method: string, path: string, body?: unknown) => {
    const sent = { method, headers: { "x-auth-token": "static" }, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(`${cloud.url}${path}`, sent);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text.startsWith("{") ? JSON.parse(text) : text };
  };
  const shares = `/v1/${PROJECT}/sfs-turbo/shares`;
  const logs = `/cbr/v3/${PROJECT}/operation-logs`;
  return {
    cloud,
    clock,
    /** Sets the clock to a number of seconds after the start. */
    after: (seconds: number) => {
      clock.at = START + seconds * 1000;
    },
    request,
    shares,
    logs,
    list: async (query = "") => (await request("GET", `${shares}/detail${query}`)).body,
    share: (shareId: string) => request("GET", `${shares}/${shareId}`),
    atConsole: (body: object) => request("POST", "/simulate/console", body),
  };
}

test("a share in the list has the documented fields, and equals the answer for the single share", async () => {
  const { cloud, after, list, share } = await cloudForTest();
  const shareId = cloud.shares.create({ name: "data-01", tags: [{ key: "team", value: "storage" }] });
  after(5);
  const creating = {
    id: shareId,
    name: "data-01",
    status: "100",
    sub_status: "",
    action_progress: { CREATING: "25%" },
    created_at: "2026-11-24T12:00:00",
    size: "500.00",
    avail_capacity: "375.00",
    security_group_id: expect.stringMatching(UUID),
    tags: [{ key: "team", value: "storage" }],
    share_type: "STANDARD",
    share_proto: "NFS",
    region: "eu-de",
    availability_zone: "eu-de-02",
    az_name: "eu-de-02",
    version: "1.0.0",
    vpc_id: expect.stringMatching(UUID),
    subnet_id: expect.stringMatching(UUID),
    optional_endpoint: "192.168.1.102 192.168.1.232",
    enterprise_project_id: "0",
    instanceId: expect.stringMatching(UUID),
    instanceType: "efs-ha",
    statusDetail: expect.stringMatching(/^[0-9a-f]{32}$/),
    features: { backup: { is_support: true } },
  };
  expect(await list()).toEqual({ shares: [creating], count: 1 });
  expect((await share(shareId)).body).toEqual(creating);
  after(20);
  const { action_progress: _, ...created } = creating;
  const listed = await list();
  expect(listed.shares).toEqual([
    { ...created, status: "200", export_location: `${shareId}.sfsturbo.internal:/`, pay_model: "0" },
  ]);
  expect((await share(shareId)).body).toEqual(listed.shares[0]);
});

test("pages have 1,000 shares unless limit and offset say otherwise, and count is that of the project", async () => {
  const { cloud, list } = await cloudForTest();
  for (let n = 0; n < 1_003; n++) cloud.shares.create({ name: `share-${n}` });
  cloud.shares.create({ name: "of-another-project", projectId: "f".repeat(32) });
  const names = async (query: string) => {
    const { shares, count } = await list(query);
    expect(count).toBe(1_003);
    return shares.map(({ name }: { name: string }) => name);
  };
  expect(await names("")).toHaveLength(1_000);
  expect(await names("?offset=1000")).toEqual(["share-1000", "share-1001", "share-1002"]);
  expect(await names("?limit=2&offset=2")).toEqual(["share-2", "share-3"]);
  expect(await names("?limit=5000")).toHaveLength(1_003);
  expect(await names("?offset=1003")).toEqual([]);
});

test.each(["limit=0", "limit=-1", "limit=ten", "limit=", "limit=1.5", "offset=-1", "offset=x"])(
  "a list with %s gets the service's parameter error",
  async (query) => {
    const { request, shares, logs } = await cloudForTest();
    expect(await request("GET", `${shares}/detail?${query}`)).toMatchObject({
      status: 400,
      body: { errCode: "SFS.TURBO.0001" },
    });
    expect(await request("GET", `${logs}?${query}`)).toMatchObject({
      status: 400,
      body: { error_code: "BackupService.9900" },
    });
  },
);

test("a list needs a token", async () => {
  const { cloud, shares, logs } = await cloudForTest();
  for (const path of [`${shares}/detail`, logs]) expect((await fetch(`${cloud.url}${path}`)).status).toBe(401);
  const created = await fetch(`${cloud.url}${shares}`, { method: "POST", body: '{"share":{"name":"data-01","size":500}}' });
  expect(created.status).toBe(401);
  expect(cloud.shares.existing(PROJECT)).toEqual([]);
});

test("the sub status of a change goes from 1xx to 2xx or 3xx and stays, and the size or group changes with its end", async () => {
  const { cloud, after, list } = await cloudForTest();
  const shareId = cloud.shares.create({ securityGroup: "old" });
  const row = async () => {
    const { status, sub_status, size, security_group_id } = (await list()).shares[0];
    return [status, sub_status, size, security_group_id];
  };
  after(60);
  cloud.shares.operate(shareId, "extend", { value: 1_000 });
  expect(await row()).toEqual(["200", "121", "500.00", "old"]);
  after(75);
  expect(await row()).toEqual(["200", "221", "1000.00", "old"]);
  cloud.shares.operate(shareId, "change-security-group", { value: "new" });
  expect(await row()).toEqual(["200", "132", "1000.00", "old"]);
  after(90);
  expect(await row()).toEqual(["200", "232", "1000.00", "new"]);
  cloud.shares.operate(shareId, "extend", { fails: true });
  after(105);
  expect(await row()).toEqual(["200", "321", "1000.00", "new"]);
});

test("a deleted share leaves the list, and its own answer is 404 SFS.TURBO.0001; an unknown one gets 0002", async () => {
  const { cloud, after, list, share } = await cloudForTest();
  const shareId = cloud.shares.create();
  after(60);
  cloud.shares.operate(shareId, "delete");
  expect((await list()).count).toBe(1);
  after(70);
  expect(await list()).toEqual({ shares: [], count: 0 });
  expect(await share(shareId)).toMatchObject({ status: 404, body: { errCode: "SFS.TURBO.0001" } });
  expect(await share("f".repeat(8))).toMatchObject({ status: 404, body: { errCode: "SFS.TURBO.0002" } });
});

test("a share with a failed deletion has status 300", async () => {
  const { cloud, after, share } = await cloudForTest();
  const shareId = cloud.shares.create();
  after(60);
  cloud.shares.operate(shareId, "delete", { fails: true });
  after(70);
  expect((await share(shareId)).body.status).toBe("300");
});

test("the cloud's own requests create, extend, change and delete a share", async () => {
  const { after, request, shares, share } = await cloudForTest();
  const created = await request("POST", shares, {
    share: { name: "data-01", size: 500, share_type: "STANDARD", security_group_id: "old" },
  });
  expect(created).toMatchObject({ status: 202, body: { id: expect.stringMatching(UUID), name: "data-01", status: "100" } });
  const { id } = created.body;
  const action = (body: object) => request("POST", `${shares}/${id}/action`, body);
  expect(await action({ extend: { new_size: 1_000 } })).toMatchObject({ status: 400, body: { errCode: "SFS.TURBO.0011" } });
  after(60);
  expect(await action({ extend: { new_size: 1_000 } })).toMatchObject({ status: 202, body: { id, name: "data-01" } });
  after(120);
  expect((await share(id)).body).toMatchObject({ sub_status: "221", size: "1000.00" });
  const group = "26f6b565-240e-43c3-8867-03f0bd975433";
  const changed = await action({ change_security_group: { security_group_id: group } });
  expect([changed.status, changed.body]).toEqual([202, { id }]);
  after(180);
  expect((await share(id)).body).toMatchObject({ sub_status: "232", security_group_id: group });
  const deleted = await request("DELETE", `${shares}/${id}`);
  expect([deleted.status, deleted.body]).toEqual([202, ""]);
  after(240);
  expect((await request("DELETE", `${shares}/${id}`)).status).toBe(404);
});

test.each([
  { name: "no name", body: { share: { size: 500 } } },
  { name: "a short name", body: { share: { name: "abc", size: 500 } } },
  { name: "no size", body: { share: { name: "data-01" } } },
  { name: "too small a size", body: { share: { name: "data-01", size: 499 } } },
  { name: "nothing", body: {} },
])("a creation with $name gets the service's parameter error", async ({ body }) => {
  const { cloud, request, shares } = await cloudForTest();
  expect(await request("POST", shares, body)).toMatchObject({ status: 400, body: { errCode: "SFS.TURBO.0001" } });
  expect(cloud.shares.existing(PROJECT)).toEqual([]);
});

test.each([{ extend: { new_size: 500 } }, { extend: { new_size: 599 } }, { extend: {} }, {}])(
  "an action with the body %j gets the service's parameter error",
  async (body) => {
    const { cloud, after, request, shares, share } = await cloudForTest();
    const shareId = cloud.shares.create();
    after(60);
    const refused = await request("POST", `${shares}/${shareId}/action`, body);
    expect(refused).toMatchObject({ status: 400, body: { errCode: "SFS.TURBO.0001" } });
    expect((await share(shareId)).body.sub_status).toBe("");
  },
);

test("an entry of CBR's log has the documented fields, and equals the answer for the single entry", async () => {
  const { cloud, after, request, logs } = await cloudForTest();
  const logId = cloud.backups.start({ id: "share-id", name: "data-01" }, { fails: true, seconds: 100 });
  const read = async () => {
    const { body } = await request("GET", logs);
    expect((await request("GET", `${logs}/${logId}`)).body).toEqual({ operation_log: body.operation_logs[0] });
    expect(body.count).toBe(1);
    return body.operation_logs[0];
  };
  const waiting = {
    id: logId,
    operation_type: "backup",
    status: "waiting",
    created_at: "2026-11-24T12:00:00.000000",
    started_at: null,
    ended_at: null,
    updated_at: "2026-11-24T12:00:00.000000",
    error_info: { code: "", message: "" },
    extra_info: {
      common: { progress: 0, request_id: expect.stringMatching(/^req-/), task_id: logId },
      resource: { id: "share-id", name: "data-01", type: "OS::Sfs::Turbo" },
      backup: { backup_id: expect.stringMatching(UUID), backup_name: "backup_data-01" },
    },
    checkpoint_id: expect.stringMatching(UUID),
    policy_id: null,
    project_id: PROJECT,
    provider_id: expect.stringMatching(UUID),
    vault_id: expect.stringMatching(UUID),
    vault_name: "vault-01",
  };
  expect(await read()).toEqual(waiting);
  after(75);
  expect(await read()).toMatchObject({
    status: "running",
    started_at: "2026-11-24T12:00:10.000000",
    ended_at: null,
    extra_info: { common: { progress: 75 } },
  });
  after(130);
  expect(await read()).toMatchObject({
    status: "failed",
    ended_at: "2026-11-24T12:01:40.000000",
    error_info: { code: "BackupService.6114", message: expect.stringContaining("capacity") },
    extra_info: { common: { progress: 100 } },
  });
});

test("CBR's log lists the newest entry first, and filters by the time of the start", async () => {
  const { cloud, after, request, logs } = await cloudForTest();
  const started = [0, 60, 120].map((seconds) => {
    after(seconds);
    return cloud.backups.start({ id: "share-id", name: "data-01" });
  });
  const ids = async (query: string) => {
    const { operation_logs, count } = (await request("GET", `${logs}${query}`)).body;
    return [operation_logs.map(({ id }: { id: string }) => started.indexOf(id)), count];
  };
  expect(await ids("")).toEqual([[2, 1, 0], 3]);
  expect(await ids("?limit=1&offset=1")).toEqual([[1], 3]);
  expect(await ids("?start_time=2026-11-24T12:01:00Z")).toEqual([[2, 1], 2]);
  expect(await ids("?start_time=2026-11-24T12:00:30Z&end_time=2026-11-24T12:01:30Z")).toEqual([[1], 1]);
  for (const query of ["?start_time=yesterday", "?limit=1001"])
    expect((await request("GET", `${logs}${query}`)).status).toBe(400);
});

test("a list fails as chosen over HTTP or by a test, until it works again", async () => {
  const { cloud, request, shares, logs } = await cloudForTest();
  for (let n = 0; n < 6; n++) cloud.shares.create({ name: `share-${n}` });
  const names = async (query: string) => {
    const { body } = await request("GET", `${shares}/detail${query}`);
    return body.shares.map(({ name }: { name: string }) => name);
  };
  const fail = (fault?: string) => request("POST", "/simulate/lists", { source: "sfs-turbo-share", fault });
  await fail("missing-right");
  expect(await request("GET", `${shares}/detail`)).toMatchObject({
    status: 403,
    body: { error_code: "APIGW.0305", error_msg: expect.stringContaining("sfsturbo:shares:getAllShares") },
  });
  expect((await request("GET", logs)).status).toBe(200);
  await fail("throttled");
  const throttled = await request("GET", `${shares}/detail`);
  expect([throttled.status, throttled.headers.get("retry-after")]).toEqual([429, "5"]);
  await fail("narrowed");
  expect(await names("")).toEqual(["share-0", "share-3"]);
  await fail("page-shift");
  expect(await names("?limit=3")).toEqual(["share-0", "share-1", "share-2"]);
  expect(await names("?limit=3&offset=3")).toEqual(["share-4", "share-5"]);
  expect(await fail("none")).toMatchObject({ status: 400, body: { error: expect.stringContaining("page-shift") } });
  await fail();
  expect(await names("?limit=3&offset=3")).toEqual(["share-3", "share-4", "share-5"]);
  cloud.lists.fail("sfs-turbo-share", ({ rows, show }) => ({ ...show(rows), status: 500 }));
  expect((await request("GET", `${shares}/detail`)).status).toBe(500);
  expect(cloud.lists.requests.map(({ source, status }) => `${source} ${status}`).slice(0, 3)).toEqual([
    "sfs-turbo-share 403",
    "cbr-log 200",
    "sfs-turbo-share 429",
  ]);
  const scripts = await request("GET", "/simulate/scripts");
  expect(scripts.body.listFaults.map(({ name }: { name: string }) => name)).toEqual(Object.keys(LIST_FAULTS));
});

test("the console starts the given operation on the given share", async () => {
  const { after, atConsole, list, request, logs } = await cloudForTest({ stock: ["data-01", "home-02"] });
  const created = await atConsole({ operation: "create", share: "new-03", seconds: 30 });
  expect(created).toMatchObject({ status: 201, body: { operation: "create", name: "new-03", fails: false, seconds: 30 } });
  await atConsole({ operation: "extend", share: "data-01", fails: true, seconds: 10 });
  const refused = await atConsole({ operation: "delete", share: "data-01" });
  expect(refused).toMatchObject({ status: 409, body: { error: expect.stringContaining("data-01") } });
  const backup = await atConsole({ operation: "backup", share: "home-02", fails: true, seconds: 10 });
  await atConsole({ operation: "delete", share: "home-02", seconds: 10 });
  after(10);
  const rows = (await list()).shares.map((row: Record<string, string>) => [row.name, row.status, row.sub_status]);
  expect(rows).toEqual([
    ["data-01", "200", "321"],
    ["new-03", "100", ""],
  ]);
  expect((await request("GET", `${logs}/${backup.body.logId}`)).body.operation_log).toMatchObject({
    status: "failed",
    extra_info: { resource: { id: backup.body.shareId, name: "home-02" } },
  });
});

test("the console starts random operations of 10 to 40 s, and never two on one share", async () => {
  const { cloud, clock, atConsole } = await cloudForTest({ stock: ["data-01", "home-02", "scratch-03"] });
  const seen = new Set<string>();
  for (let n = 0; n < 200; n++) {
    clock.at += 15_000;
    const { status, body } = await atConsole({});
    expect(status).toBe(201);
    expect(body.seconds).toBeGreaterThanOrEqual(10);
    expect(body.seconds).toBeLessThanOrEqual(40);
    seen.add(`${body.operation}${body.fails ? " fails" : ""}`);
  }
  const operations = ["create", "extend", "change-security-group", "delete", "backup"];
  expect([...seen].toSorted()).toEqual(operations.flatMap((name) => [name, `${name} fails`]).toSorted());
  expect(cloud.shares.existing(PROJECT)).not.toEqual([]);
});

test.each([{ operation: "grow" }, { operation: "extend", seconds: 0 }, { operation: "extend", seconds: "10" }])(
  "the console rejects %j",
  async (body) => {
    const { atConsole } = await cloudForTest({ stock: ["data-01"] });
    expect((await atConsole(body)).status).toBe(400);
    expect((await atConsole({ operation: "extend", share: "data-02" })).status).toBe(404);
  },
);

test("shares and backups survive a restart of the cloud, and its stock is not added twice", async () => {
  const folder = await mkdtemp(join(tmpdir(), "jobwatch-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const options = { folder, stock: ["data-01", "home-02"] };
  const first = await cloudForTest(options);
  await first.atConsole({ operation: "delete", share: "home-02", seconds: 10 });
  await first.atConsole({ operation: "extend", share: "data-01", seconds: 10 });
  await first.atConsole({ operation: "create", share: "new-03", seconds: 20 });
  const { body } = await first.atConsole({ operation: "extend", share: "data-01" });
  expect(body.error).toContain("data-01");
  const logId = first.cloud.backups.start({ id: "share-id", name: "data-01" });
  const second = await cloudForTest(options);
  second.after(15);
  const rows = (await second.list()).shares.map((row: Record<string, string>) => [row.name, row.status, row.sub_status]);
  expect(rows).toEqual([
    ["data-01", "200", "221"],
    ["new-03", "100", ""],
  ]);
  expect((await second.request("GET", `${second.logs}/${logId}`)).status).toBe(200);
});
