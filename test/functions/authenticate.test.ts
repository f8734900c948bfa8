import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createAuthenticate, createFindKey } from "../../functions/api/http/authenticate.ts";
import { revokeKey } from "../../lib/adapters/dynamodb/api-keys.ts";
import type { ApiKey } from "../../lib/domain/api-key.ts";
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

/** One instance of the authentication, and the hashes that it read from the table. */
function startAuthentication(answer?: (hash: string) => Promise<ApiKey | undefined>) {
  const reads: string[] = [];
  const table = world.table.open(world.clock.now);
  const readKey = (hash: string) => {
    reads.push(hash);
    return answer ? answer(hash) : table.readKey(hash);
  };
  const authenticate = createAuthenticate(createFindKey({ readKey }, world.clock.now));
  const teamOf = async (key: string) =>
    await authenticate(`Bearer ${key}`).then(
      ({ team }) => team,
      (error: Error) => error.message,
    );
  return { reads, teamOf, authenticate };
}

it("answers every wrong key with the same status, headers and body, after one read of the table", async () => {
  const keys = ["sfsjw_unknown", `${GOOD}x`, GOOD.slice(0, -1), "sfsjw_expired", "sfsjw_revoked"];
  const { reads, teamOf } = startAuthentication();
  const answers = new Set<string>();
  for (const key of keys) {
    const { status, headers, body } = await world.request("GET", "/jobs", { key });
    answers.add(JSON.stringify({ status, headers, body }));
    for (let attempt = 1; attempt <= 3; attempt++) {
      await teamOf(key);
      expect(reads.filter((hash) => hash === hashOf(key))).toHaveLength(attempt);
    }
  }
  expect(answers.size).toBe(1);
  expect([...answers][0]).toContain('"status":401');
});

it("takes about the same time for every wrong key", async () => {
  const item = { hash: hashOf("sfsjw_revoked"), team: "storage", label: "", createdAt: 0, revokedAt: 1 };
  const { authenticate } = startAuthentication(async (hash) => (hash === item.hash ? item : undefined));
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
])("does not read the table for %j, which is not a well-formed key", async (key) => {
  const { reads, teamOf } = startAuthentication();
  expect(await teamOf(key)).toMatch(/^Send `Authorization: Bearer/);
  expect(reads).toEqual([]);
});

it("reads a valid key once in 30 s, and notices its revocation then", async () => {
  await addKey(world.table, "sfsjw_leaking", "storage");
  const { reads, teamOf } = startAuthentication();
  for (let times = 0; times < 100; times++) expect(await teamOf("sfsjw_leaking")).toBe("storage");
  expect(reads).toHaveLength(1);
  await revokeKey(world.table.client, world.table.name, hashOf("sfsjw_leaking"), world.clock.now());
  world.clock.advance(30_000);
  expect(await teamOf("sfsjw_leaking")).toMatch(/^Send/);
});

it("rejects a cached key as soon as it expires", async () => {
  const { teamOf } = startAuthentication();
  await addKey(world.table, "sfsjw_expiring", "storage", { expiresAt: world.clock.now() + 10_000 });
  expect(await teamOf("sfsjw_expiring")).toBe("storage");
  world.clock.advance(9_000);
  expect(await teamOf("sfsjw_expiring")).toBe("storage");
  world.clock.advance(1_000);
  expect(await teamOf("sfsjw_expiring")).toMatch(/^Send/);
});

it("accepts several keys per team, so that a key can be replaced without downtime", async () => {
  for (const key of ["sfsjw_old", "sfsjw_new", "sfsjw_newer"]) await addKey(world.table, key, "rotating");
  const { teamOf } = startAuthentication();
  expect(await Promise.all(["sfsjw_old", "sfsjw_new", "sfsjw_newer"].map(teamOf))).toEqual(Array(3).fill("rotating"));
  await revokeKey(world.table.client, world.table.name, hashOf("sfsjw_old"), world.clock.now());
  world.clock.advance(30_000);
  expect(await teamOf("sfsjw_old")).toMatch(/^Send/);
  expect(await teamOf("sfsjw_new")).toBe("rotating");
});

it("compares the stored hash with the presented key", async () => {
  const wrong = { hash: hashOf("sfsjw_of-another-team"), team: "backup", label: "", createdAt: 0 };
  for (const hash of [wrong.hash, "", "0".repeat(63), `${hashOf(GOOD)}00`]) {
    const { teamOf } = startAuthentication(async () => ({ ...wrong, hash }));
    expect(await teamOf(GOOD)).toMatch(/^Send/);
  }
});
