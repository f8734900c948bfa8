import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createApi } from "../../functions/api/app.ts";
import type { Table } from "../../lib/table-ports.ts";
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

/** One warm instance of the API, of which Lambda runs several. */
function instance(book?: Table["consumeRateLimit"]) {
  const table = world.services.table;
  const consumeRateLimit: Table["consumeRateLimit"] = (...booking) => {
    bookings += 1;
    return (book ?? table.consumeRateLimit)(...booking);
  };
  const api = createApi({ ...world.services, table: { ...table, consumeRateLimit } });
  // An invalid job id is rejected without a read of the table.
  return async (team: keyof typeof KEYS = "storage", path = "/jobs/-") =>
    await api.request(path, { headers: { authorization: `Bearer ${KEYS[team]}` } });
}

async function countAccepted(count: number, send: () => Promise<Response>): Promise<number> {
  let through = 0;
  for (let index = 0; index < count; index++) if ((await send()).status !== 429) through += 1;
  return through;
}

it("accepts a burst of 200 requests, then returns 429 with Retry-After", async () => {
  const send = instance();
  expect(await countAccepted(BURST, send)).toBe(BURST);
  const refused = await send();
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
  expect(await refused.json()).toMatchObject({
    type: "too-many-requests",
    status: 429,
    detail: expect.stringContaining("in 1 s"),
  });
  world.clock.advance(1_000);
  expect(await countAccepted(100, send)).toBe(SHARE / 60);
});

it("never rejects a team that stays within its limit", async () => {
  const send = instance();
  for (let request = 0; request < 3 * SHARE; request++) {
    expect((await send()).status).toBe(404);
    world.clock.advance(60_000 / SHARE);
  }
});

it("writes once per 20 requests, and never for a rejected one", async () => {
  const send = instance();
  await countAccepted(BLOCK - 1, send);
  expect(bookings).toBe(0);
  await countAccepted(5_000, send);
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

it("shares the limit between instances, except for one block each", async () => {
  const instances = Array.from({ length: 4 }, () => instance());
  const minutes = 3;
  let through = 0;
  for (let second = 0; second < minutes * 60; second++) {
    for (const send of instances) through += await countAccepted(15, send);
    world.clock.advance(1_000);
  }
  const share = minutes * SHARE;
  expect(through).toBeGreaterThanOrEqual(share);
  expect(through).toBeLessThanOrEqual(share + BURST + instances.length * BLOCK);
}, 180_000);

it("limits teams separately, does not count /health, and answers a wrong key with 401", async () => {
  const send = instance();
  await countAccepted(BURST, send);
  expect((await send()).status).toBe(429);
  expect(await countAccepted(BURST, () => send("backup"))).toBe(BURST);
  for (let times = 0; times < BURST + 1; times++) expect((await send("storage", "/health")).status).not.toBe(429);
  const wrong = await createApi(world.services).request("/jobs", { headers: { authorization: "Bearer sfsjw_wrong" } });
  expect(wrong.status).toBe(401);
});

it("continues with the instance's own count if the table fails, and logs it", async () => {
  const send = instance(() => Promise.reject(new Error("the table is away")));
  expect(await countAccepted(1_000, send)).toBe(BURST);
  world.clock.advance(60_000);
  expect(await countAccepted(1_000, send)).toBe(BURST);
  expect(world.logged.filter((line) => /could not be booked.*the table is away/.test(line))).toHaveLength((2 * BURST) / BLOCK);
});

it.each([
  { name: "a wrong clock has booked days ahead", ahead: 7 * 86_400_000 },
  { name: "the last booking is old", ahead: -7 * 86_400_000 },
])("accepts a burst if $name", async ({ ahead }) => {
  const table = world.table.open(() => world.clock.now() + ahead);
  await table.consumeRateLimit("storage", 1_000, 0);
  expect(await countAccepted(BURST + 10, instance())).toBe(BURST);
});
