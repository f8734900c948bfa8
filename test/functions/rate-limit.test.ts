import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import type { Table } from "../../lib/ports.ts";
import { addKey, startWorld, type World } from "../world.ts";

const KEYS = { storage: "sfsjw_test-key-of-team-storage", backup: "sfsjw_backup" };
const SHARE = 600;
const BURST = 200;
const BLOCK = 20;

let world: World;
let bookings: number;
beforeEach(async () => {
  world = await startWorld({ REQUESTS_PER_MINUTE: String(SHARE) });
  await addKey(world.table, KEYS.backup, "backup");
  bookings = 0;
});
afterEach(() => world.close());

/** One instance of the api, warm, as the platform runs several. */
function instance(book?: Table["consumeRateLimit"]) {
  const table = world.services.table;
  const consumeRateLimit: Table["consumeRateLimit"] = (...booking) => {
    bookings += 1;
    return (book ?? table.consumeRateLimit)(...booking);
  };
  const api = createApi({ ...world.services, table: { ...table, consumeRateLimit } });
  // An id that no job can have is answered without the table.
  return async (team: keyof typeof KEYS = "storage", path = "/jobs/-") =>
    await api.request(path, { headers: { authorization: `Bearer ${KEYS[team]}` } });
}

async function passed(count: number, ask: () => Promise<Response>): Promise<number> {
  let through = 0;
  for (let index = 0; index < count; index++) if ((await ask()).status !== 429) through += 1;
  return through;
}

it("lets a team ask 200 times at once, and then says when to come again", async () => {
  const ask = instance();
  expect(await passed(BURST, ask)).toBe(BURST);
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
  expect(await refused.json()).toMatchObject({
    type: "too-many-requests",
    status: 429,
    detail: expect.stringContaining("in 1 s"),
  });
  world.clock.advance(1_000);
  expect(await passed(100, ask)).toBe(SHARE / 60);
});

it("lets a team that keeps to its share through for ever", async () => {
  const ask = instance();
  for (let request = 0; request < 3 * SHARE; request++) {
    expect((await ask()).status).toBe(404);
    world.clock.advance(60_000 / SHARE);
  }
});

it("writes once in 20 requests, and never for one that is refused", async () => {
  const ask = instance();
  await passed(BLOCK - 1, ask);
  expect(bookings).toBe(0);
  await passed(5_000, ask);
  expect(bookings).toBe(BURST / BLOCK);
  const { Items = [] } = await world.table.client.send(new ScanCommand({ TableName: world.table.name }));
  expect(Items.filter(({ pk }) => pk?.S?.startsWith("limit#"))).toEqual([
    {
      pk: { S: "limit#storage" },
      until: { N: String(world.clock.now() + 20_000) },
      expiresAt: { N: expect.any(String) },
    },
  ]);
});

it("holds a team to one share over several instances, but for one block each", async () => {
  const instances = Array.from({ length: 4 }, () => instance());
  const minutes = 3;
  let through = 0;
  for (let second = 0; second < minutes * 60; second++) {
    for (const ask of instances) through += await passed(15, ask);
    world.clock.advance(1_000);
  }
  const share = minutes * SHARE;
  expect(through).toBeGreaterThanOrEqual(share);
  expect(through).toBeLessThanOrEqual(share + BURST + instances.length * BLOCK);
}, 180_000);

it("takes nothing from one team for another, counts no health, and refuses no key for a full share", async () => {
  const ask = instance();
  await passed(BURST, ask);
  expect((await ask()).status).toBe(429);
  expect(await passed(BURST, () => ask("backup"))).toBe(BURST);
  for (let times = 0; times < BURST + 1; times++) expect((await ask("storage", "/health")).status).not.toBe(429);
  const wrong = await createApi(world.services).request("/jobs", { headers: { authorization: "Bearer sfsjw_wrong" } });
  expect(wrong.status).toBe(401);
});

it("locks nobody out where the table fails: the instance goes on with its own count, and says so", async () => {
  const ask = instance(() => Promise.reject(new Error("the table is away")));
  expect(await passed(1_000, ask)).toBe(BURST);
  world.clock.advance(60_000);
  expect(await passed(1_000, ask)).toBe(BURST);
  expect(world.logged.filter((line) => /could not be booked.*the table is away/.test(line))).toHaveLength((2 * BURST) / BLOCK);
});

it.each([
  { name: "a wrong clock once wrote an account ahead by days", ahead: 7 * 86_400_000 },
  { name: "an account of long ago", ahead: -7 * 86_400_000 },
])("locks nobody out by $name", async ({ ahead }) => {
  const table = world.table.open(() => world.clock.now() + ahead);
  await table.consumeRateLimit("storage", 1_000, 0);
  expect(await passed(BURST + 10, instance())).toBe(BURST);
});
