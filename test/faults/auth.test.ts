import { createHash } from "node:crypto";
import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import { revokeKey } from "../../lib/adapters/dynamodb/api-keys.ts";
import { PAGE_ROUTES } from "../pages/page-routes.ts";
import { addKey, startWorld, type World } from "../world.ts";

const KEYS = { storage: "sfsjw_test-key-of-team-storage", backup: "sfsjw_test-key-of-team-backup" };
const CHANNEL_OF = { storage: "general", backup: "projects" };
type Team = keyof typeof KEYS;

let world: World;
beforeAll(async () => {
  const CHANNELS = JSON.stringify({ general: { teams: ["storage"] }, projects: { teams: ["backup"] } });
  world = await startWorld({ CHANNELS });
  world.cloud.answer("*", { status: "running" });
  for (const [name, team] of [
    [KEYS.backup, "backup"],
    ["sfsjw_revoked", "storage"],
  ] as const)
    await addKey(world.table, name, team);
  await revokeKey(world.table.client, world.table.name, hashOf("sfsjw_revoked"), world.clock.now());
});
afterAll(() => world.close());

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

async function tableAsText(): Promise<string> {
  const { Items = [] } = await world.table.client.send(new ScanCommand({ TableName: world.table.name }));
  return JSON.stringify(Items.sort((one, other) => String(one.pk?.S).localeCompare(String(other.pk?.S))));
}

/** Every route that needs a key, as the app serves it. Pages use sessions and are tested in test/pages. */
function routes(): { method: string; path: string }[] {
  const all = createApi(world.services).routes.filter(
    ({ method, path }) => method !== "ALL" && /^\/(jobs|channels)/.test(path) && !isPage(method, path),
  );
  return [...new Map(all.map(({ method, path }) => [`${method} ${path}`, { method, path }])).values()];
}

function isPage(method: string, path: string): boolean {
  return PAGE_ROUTES.includes(`${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
}

function call(
  { method, path }: { method: string; path: string },
  names: { jobId: string; name: string },
  key: string | null,
  headers = {},
) {
  const place = path.replace(":jobId", names.jobId).replace(":name", names.name);
  const body = method === "PATCH" ? { title: "not theirs" } : { jobId: "own" };
  return world.request(method, place, { key, headers, ...(/^(POST|PUT|PATCH)$/.test(method) && { body }) });
}

it("row 51: every route answers an invalid key with the same 401 and changes nothing", async () => {
  const good = KEYS.storage;
  const keys = [
    "",
    "x",
    good.slice(0, -1),
    `${good}x`,
    good.toUpperCase(),
    "k".repeat(9_000),
    "ключ💥",
    hashOf(good),
    "sfsjw_revoked",
  ];
  const wrong = [
    ...keys.map((key) => `Bearer ${key}`),
    "",
    good,
    `Basic ${good}`,
    `Bearer ${good}, Bearer ${good}`,
    `Bearer\t${good}`,
  ];
  const before = await tableAsText();
  const bodies = new Set<string>();
  for (const route of routes()) {
    for (const authorization of wrong) {
      const answer = await call(route, { jobId: "any", name: "general" }, null, { authorization });
      expect(answer.status, `${route.method} ${route.path} ${authorization}`).toBe(401);
      expect(answer.headers["www-authenticate"]).toContain("Bearer");
      bodies.add(JSON.stringify(answer.body));
    }
  }
  expect(bodies.size).toBe(1);
  expect(await tableAsText()).toBe(before);
  expect([...world.cloud.polls, ...world.sink.posts]).toEqual([]);
});

it("row 51: five hundred guesses get the same 401, and the right key still works", async () => {
  const guesses = Array.from({ length: 500 }, (_, index) => `sfsjw_${hashOf(String(index)).slice(0, 43)}`);
  const statuses = new Set<number>();
  for (const key of guesses) statuses.add((await world.request("GET", "/jobs", { key })).status);
  expect([...statuses]).toEqual([401]);
  expect((await world.request("GET", "/jobs")).status).toBe(200);
}, 180_000);

it("row 51: a key that was in use is refused 30 seconds after it was revoked", async () => {
  await addKey(world.table, "sfsjw_leaked", "storage");
  const ask = async () => (await world.request("GET", "/jobs", { key: "sfsjw_leaked" })).status;
  expect(await ask()).toBe(200);
  await revokeKey(world.table.client, world.table.name, hashOf("sfsjw_leaked"), world.clock.now());
  world.clock.advance(30_001);
  expect(await ask()).toBe(401);
});

it("row 51: an expired key is refused even while the table still has it", async () => {
  const expired = {
    pk: { S: `key#${hashOf("sfsjw_expired")}` },
    team: { S: "storage" },
    label: { S: "old" },
    expiresAt: { N: "1" },
  };
  await world.table.client.send(new PutItemCommand({ TableName: world.table.name, Item: expired }));
  expect((await world.request("GET", "/jobs", { key: "sfsjw_expired" })).status).toBe(401);
});

it.each<{ owner: Team; other: Team }>([
  { owner: "storage", other: "backup" },
  { owner: "backup", other: "storage" },
])("row 52: team $other cannot see, change or detect a job of team $owner on any route", async ({ owner, other }) => {
  const jobId = `job-of-${owner}`;
  await world.request("POST", "/jobs", {
    key: KEYS[owner],
    body: { jobId, title: `secret of ${owner}`, channels: [CHANNEL_OF[owner]] },
  });
  const polls = world.cloud.pollCount();
  for (const route of routes().filter(({ path }) => path.includes(":"))) {
    const before = await tableAsText();
    const answer = await call(route, { jobId, name: CHANNEL_OF[owner] }, KEYS[other]);
    const unknown = await call(route, { jobId: "never-registered", name: "nowhere" }, KEYS[other]);
    expect(answer, `${route.method} ${route.path}`).toMatchObject({ status: 404, body: unknown.body });
    expect(await tableAsText()).toBe(before);
  }
  expect(world.cloud.pollCount()).toBe(polls);
  expect(world.sink.posts).toEqual([]);
  for (const path of ["/jobs", "/jobs?state=open&limit=100", "/channels"]) {
    const answer = await world.request("GET", path, { key: KEYS[other] });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body)).not.toMatch(new RegExp(`${jobId}|secret of ${owner}|"${CHANNEL_OF[owner]}"`));
  }
  const named = { jobId: "own", channels: [CHANNEL_OF[owner]] };
  expect((await world.request("POST", "/jobs", { key: KEYS[other], body: named })).status).toBe(422);
});

it("row 52: two teams that track one job have separate jobs, and stopping one does not stop the other", async () => {
  for (const team of ["storage", "backup"] as const) {
    const answer = await world.request("POST", "/jobs", {
      key: KEYS[team],
      body: { jobId: "shared", channels: [CHANNEL_OF[team]] },
    });
    expect(answer).toMatchObject({ status: 201, body: { channels: [CHANNEL_OF[team]] } });
  }
  await world.request("DELETE", "/jobs/shared", { key: KEYS.backup });
  expect((await world.request("GET", "/jobs/shared")).body).toMatchObject({ state: "running", channels: ["general"] });
});
