import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createAuthenticate, createFindKey } from "../../functions/api/http/authenticate.ts";
import { revokeKey } from "../../lib/adapters/dynamodb/api-keys.ts";
import type { ApiKey } from "../../lib/ports.ts";
import { addKey, startWorld, type World } from "../world.ts";

const HOUR = 3_600_000;
const GOOD = "sfsjw_good-key-of-team-storage";
const hashOf = (key: string) => createHash("sha256").update(key).digest("hex");

let world: World;
beforeAll(async () => {
  world = await startWorld();
  const now = world.clock.now();
  await addKey(world.table, GOOD, "storage");
  await addKey(world.table, "sfsjw_expired", "storage", { expiresAt: now - 1_000 });
  await addKey(world.table, "sfsjw_revoked", "storage", { expiresAt: now + HOUR });
  await revokeKey(world.table.client, world.table.name, hashOf("sfsjw_revoked"), now);
});
afterAll(() => world.close());

/** One instance of the api's door, and the hashes that it asked the table for. */
function deps(answer?: (hash: string) => Promise<ApiKey | undefined>) {
  const asked: string[] = [];
  const table = world.table.open(world.clock.now);
  const readKey = (hash: string) => {
    asked.push(hash);
    return answer ? answer(hash) : table.readKey(hash);
  };
  const authenticate = createAuthenticate(createFindKey({ readKey }, world.clock.now));
  const knock = async (key: string) =>
    await authenticate(`Bearer ${key}`).then(
      ({ team }) => team,
      (error: Error) => error.message,
    );
  return { asked, knock, authenticate };
}

it("answers every wrong key alike: status, headers and body, and the way to them is one read of the table", async () => {
  const keys = ["sfsjw_unknown", `${GOOD}x`, GOOD.slice(0, -1), "sfsjw_expired", "sfsjw_revoked"];
  const { asked, knock } = deps();
  const answers = new Set<string>();
  for (const key of keys) {
    const { status, headers, body } = await world.request("GET", "/jobs", { key });
    answers.add(JSON.stringify({ status, headers, body }));
    for (let attempt = 1; attempt <= 3; attempt++) {
      await knock(key);
      expect(asked.filter((hash) => hash === hashOf(key))).toHaveLength(attempt);
    }
  }
  expect(answers.size).toBe(1);
  expect([...answers][0]).toContain('"status":401');
});

it("takes much the same time for every wrong key", async () => {
  const item = { hash: hashOf("sfsjw_revoked"), team: "storage", label: "", createdAt: 0, revokedAt: 1 };
  const { authenticate } = deps(async (hash) => (hash === item.hash ? item : undefined));
  const times: Record<string, number[]> = { sfsjw_revoked: [], sfsjw_unknown: [] };
  for (let round = 0; round < 4_000; round++) {
    for (const [key, taken] of Object.entries(times)) {
      const startedAt = process.hrtime.bigint();
      await authenticate(`Bearer ${key}`).catch(() => undefined);
      taken.push(Number(process.hrtime.bigint() - startedAt));
    }
  }
  const medianOf = (key: string) => times[key]?.sort((one, other) => one - other)[2_000] ?? 0;
  const ratio = medianOf("sfsjw_revoked") / medianOf("sfsjw_unknown");
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
});

it.each([
  ...["", "sfsjw_", "jw_0123", "SFSJW_0123", "sfsjw_a b", "sfsjw_a,b", "sfsjw_ä", "sfsjw_a\u0000", "sfsjw_a#b"],
  ...[`sfsjw_${"k".repeat(65)}`, "k".repeat(9_000), hashOf(GOOD), `key#${hashOf(GOOD)}`],
])("does not ask the table for %j, which has not the form of a key", async (key) => {
  const { asked, knock } = deps();
  expect(await knock(key)).toMatch(/^Send `Authorization: Bearer/);
  expect(asked).toEqual([]);
});

it("asks the table once in half a minute for a good key, and hears of its revocation then", async () => {
  await addKey(world.table, "sfsjw_leaking", "storage");
  const { asked, knock } = deps();
  for (let times = 0; times < 100; times++) expect(await knock("sfsjw_leaking")).toBe("storage");
  expect(asked).toHaveLength(1);
  await revokeKey(world.table.client, world.table.name, hashOf("sfsjw_leaking"), world.clock.now());
  world.clock.advance(30_000);
  expect(await knock("sfsjw_leaking")).toMatch(/^Send/);
});

it("refuses a trusted key the moment it expires", async () => {
  const { knock } = deps();
  await addKey(world.table, "sfsjw_expiring", "storage", { expiresAt: world.clock.now() + 10_000 });
  expect(await knock("sfsjw_expiring")).toBe("storage");
  world.clock.advance(9_000);
  expect(await knock("sfsjw_expiring")).toBe("storage");
  world.clock.advance(1_000);
  expect(await knock("sfsjw_expiring")).toMatch(/^Send/);
});

it("takes any number of keys of a team, so that one is replaced without a gap", async () => {
  for (const key of ["sfsjw_old", "sfsjw_new", "sfsjw_newer"]) await addKey(world.table, key, "rotating");
  const { knock } = deps();
  expect(await Promise.all(["sfsjw_old", "sfsjw_new", "sfsjw_newer"].map(knock))).toEqual(Array(3).fill("rotating"));
  await revokeKey(world.table.client, world.table.name, hashOf("sfsjw_old"), world.clock.now());
  world.clock.advance(30_000);
  expect(await knock("sfsjw_old")).toMatch(/^Send/);
  expect(await knock("sfsjw_new")).toBe("rotating");
});

it("compares what the table gives with what was presented", async () => {
  const wrong = { hash: hashOf("sfsjw_of-somebody-else"), team: "backup", label: "", createdAt: 0 };
  for (const hash of [wrong.hash, "", "0".repeat(63), `${hashOf(GOOD)}00`]) {
    const { knock } = deps(async () => ({ ...wrong, hash }));
    expect(await knock(GOOD)).toMatch(/^Send/);
  }
});
