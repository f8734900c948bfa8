import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createKey } from "../../lib/dynamodb/keys.ts";
import { PROJECT } from "../jobs.ts";
import { startTestTable, type TestTable } from "../test-table.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
let table: TestTable;

beforeAll(async () => {
  table = await startTestTable();
});
afterAll(() => table.close());

interface Outcome {
  code: number;
  out: string;
  err: string;
}

function keys(args: string[], more: Record<string, string> = {}): Promise<Outcome> {
  const env = {
    ...{ PATH: process.env.PATH, TABLE_NAME: table.name, AWS_ENDPOINT_URL_DYNAMODB: table.endpoint },
    ...{ AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" },
    ...more,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ["infra/keys.ts", ...args], { cwd: ROOT, env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out: out.trim(), err: err.trim() }),
    );
  });
}

async function items() {
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name }));
  return Items;
}

const idOf = (key: string) => createHash("sha256").update(key).digest("hex");

it("makes a key of 256 random bits, prints it alone, and stores its SHA-256 alone", async () => {
  const args = ["create", "--team", "storage", "--label", "ci", "--expires", "90d"];
  const [one, other] = await Promise.all([keys(args), keys(args)]);
  expect(one).toMatchObject({ code: 0, out: expect.stringMatching(/^sfsjw_[A-Za-z0-9_-]{43}$/), err: "" });
  expect(other.out).not.toBe(one.out);
  const stored = await items();
  expect(stored.map(({ pk }) => pk?.S)).toContain(`key#${idOf(one.out)}`);
  expect(JSON.stringify(stored)).not.toContain(one.out.slice("sfsjw_".length));
  const days = (Number(stored[0]?.expiresAt?.N) * 1000 - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(89.9);
  expect(days).toBeLessThan(90.1);
});

it("lists keys with what they may do and what became of them, and never a key", async () => {
  const made = await keys([
    ...["create", "--team", "backup", "--label", "night run", "--read-only", "--operator"],
    ...["--channels", "general, projects", "--projects", PROJECT],
  ]);
  const says = "Limited to general, projects: check the spelling, nothing else does.";
  expect(made.err).toBe(`${says}\nLimited to ${PROJECT}: check the spelling, nothing else does.`);
  const old = { hash: "e".repeat(64), team: "backup", label: "old", createdAt: 0, expiresAt: 86_400_000 };
  await createKey(table.client, table.name, old);
  const { out } = await keys(["list", "--team", "backup"]);
  const [head, ...rows] = out.split("\n");
  expect(head).toMatch(/^id +team +label +rights +created +expires +state$/);
  expect(rows).toEqual([
    expect.stringMatching(/^e{12} {2}backup +old +write +1970-01-01 +1970-01-02 +expired$/),
    expect.stringMatching(
      new RegExp(
        `^${idOf(made.out).slice(0, 12)} +backup +night run +operator read-only; channels general,projects; projects ${PROJECT} .* never +good$`,
      ),
    ),
  ]);
  expect((await keys(["list"])).out).toMatch(/storage/);
  expect(await keys(["list", "--team", "nobody"])).toMatchObject({ code: 0, out: 'The team "nobody" has no keys.' });
});

it("revokes by the beginning of an id or by the key itself, and says what had been revoked before", async () => {
  const { out: key } = await keys(["create", "--team", "revoked", "--label", "leaked"]);
  expect(await keys(["revoke", key])).toMatchObject({ code: 0, out: "Revoked leaked of revoked: refused within 30 seconds." });
  const again = await keys(["revoke", idOf(key).slice(0, 16)]);
  expect(again.out).toMatch(/It had been revoked on \d{4}-\d\d-\d\d already\.$/);
  expect((await keys(["list", "--team", "revoked"])).out).toMatch(/revoked \d{4}-\d\d-\d\d$/);
});

it("refuses a beginning that several keys share, and revokes none of them", async () => {
  for (const hash of [`abcd1${"0".repeat(59)}`, `abcd2${"0".repeat(59)}`])
    await createKey(table.client, table.name, { hash, team: "twins", label: "twin", createdAt: 0 });
  const refused = await keys(["revoke", "abcd"]);
  expect(refused).toMatchObject({ code: 64, out: "" });
  expect(refused.err).toContain("2 keys have an id that begins with abcd: abcd10000000, abcd20000000");
  expect((await keys(["list", "--team", "twins"])).out).not.toContain("revoked");
  expect((await keys(["revoke", "abcd1"])).code).toBe(0);
});

it.each<{ name: string; args: string[]; says: string }>([
  { name: "an unknown command", args: ["make"], says: 'no command "make"' },
  { name: "an unknown option", args: ["create", "--team", "a", "--label", "b", "--admin"], says: "'--admin'" },
  { name: "an option of another command", args: ["revoke", "abcd", "--team", "a"], says: "'--team'" },
  { name: "no team", args: ["create", "--label", "b"], says: "--team must be" },
  { name: "a team that a table key cannot hold", args: ["create", "--team", "a#b", "--label", "b"], says: "--team must be" },
  { name: "a team in capitals", args: ["create", "--team", "Storage", "--label", "b"], says: "--team must be" },
  { name: "no label", args: ["create", "--team", "a"], says: "--label must be" },
  { name: "a label that moves the cursor", args: ["create", "--team", "a", "--label", "\u001b[2J"], says: "--label must be" },
  { name: "a label that cannot be seen", args: ["create", "--team", "a", "--label", "\ufe0f"], says: "--label must be" },
  { name: "no unit", args: ["create", "--team", "a", "--label", "b", "--expires", "90"], says: "--expires must be" },
  { name: "no time at all", args: ["create", "--team", "a", "--label", "b", "--expires", "0d"], says: "--expires must be" },
  { name: "a lifetime of ages", args: ["create", "--team", "a", "--label", "b", "--expires", "99999w"], says: "--expires" },
  { name: "an empty channel", args: ["create", "--team", "a", "--label", "b", "--channels", "a,"], says: "--channels must" },
  { name: "a short project", args: ["create", "--team", "a", "--label", "b", "--projects", "12ab"], says: "--projects must" },
  { name: "no id", args: ["revoke"], says: "revoke needs one id" },
  { name: "too short an id", args: ["revoke", "abc"], says: "revoke needs one id" },
  { name: "an id that no key has", args: ["revoke", "0123456789ab"], says: "No key has the id 0123456789ab" },
])("refuses $name in one clear sentence", async ({ args, says }) => {
  const before = (await items()).length;
  const { code, out, err } = await keys(args);
  expect({ code, out }).toEqual({ code: 64, out: "" });
  expect(err).toContain(says);
  expect(err).toMatch(/help says how\.$/);
  expect((await items()).length).toBe(before);
});

it("helps whoever asks, and says where a table cannot be reached", async () => {
  expect((await keys(["--help"])).out).toContain("--expires <duration>");
  const lost = await keys(["list"], { AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1" });
  expect(lost).toMatchObject({ code: 69, out: "", err: expect.stringContaining("the table cannot be used") });
});
