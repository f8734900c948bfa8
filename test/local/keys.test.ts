import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { runCommand } from "../../infra/scripts/command.ts";
import { run } from "../../infra/scripts/keys.ts";
import { createKey } from "../../lib/adapters/dynamodb/api-keys.ts";
import { serverForTest } from "../http-server.ts";
import { PROJECT } from "../jobs.ts";
import { startTestTable, type TestTable } from "../test-table.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
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

const environment = (more: Record<string, string>) => ({
  ...{ TABLE_NAME: table.name, AWS_ENDPOINT_URL_DYNAMODB: table.endpoint },
  ...{ AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" },
  ...more,
});

/** Runs the command in a process of its own, as an operator does. Its start takes a second. */
function keysProcess(args: string[], more: Record<string, string> = {}, input = ""): Promise<Outcome> {
  const env = { PATH: process.env.PATH, ...environment(more) };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ["infra/scripts/keys.ts", ...args], { cwd: ROOT, env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out: out.trim(), err: err.trim() }),
    );
    child.stdin?.end(input);
  });
}

/** Runs the command in this process. Must not run twice at the same time. */
async function keys(args: string[], more: Record<string, string> = {}, input = ""): Promise<Outcome> {
  for (const [name, value] of Object.entries(environment(more))) vi.stubEnv(name, value);
  const [out, err] = (["log", "error"] as const).map((name) => vi.spyOn(console, name).mockReturnValue());
  const stdin = vi.spyOn(process, "stdin", "get").mockReturnValue(Readable.from([Buffer.from(input)]) as never);
  try {
    await runCommand("keys", run, args);
    const printed = (spy: typeof out) =>
      (spy?.mock.calls ?? [])
        .map(([line]) => line)
        .join("\n")
        .trim();
    return { code: Number(process.exitCode ?? 0), out: printed(out), err: printed(err) };
  } finally {
    process.exitCode = undefined;
    for (const spy of [out, err, stdin]) spy?.mockRestore();
    vi.unstubAllEnvs();
  }
}

async function items() {
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name }));
  return Items;
}

const idOf = (key: string) => createHash("sha256").update(key).digest("hex");

it("creates a key of 256 random bits, prints only the key, and stores only its SHA-256", async () => {
  const args = ["create", "--team", "storage", "--label", "ci", "--expires", "90d"];
  const [one, other] = await Promise.all([keysProcess(args), keysProcess(args)]);
  expect(one).toMatchObject({ code: 0, out: expect.stringMatching(/^sfsjw_[A-Za-z0-9_-]{43}$/), err: "" });
  expect(other.out).not.toBe(one.out);
  const stored = await items();
  expect(stored.map(({ pk }) => pk?.S)).toContain(`key#${idOf(one.out)}`);
  expect(JSON.stringify(stored)).not.toContain(one.out.slice("sfsjw_".length));
  const days = (Number(stored[0]?.expiresAt?.N) * 1000 - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(89.9);
  expect(days).toBeLessThan(90.1);
});

it("lists keys with their permissions and state, but never the key itself", async () => {
  const made = await keys([
    ...["create", "--team", "backup", "--label", "night run", "--read-only", "--operator"],
    ...["--channels", "general, projects", "--projects", PROJECT],
  ]);
  const check = "Check the spelling: these names are not validated.";
  expect(made.err).toBe(`Limited to general, projects. ${check}\nLimited to ${PROJECT}. ${check}`);
  const old = { hash: "e".repeat(64), team: "backup", label: "old", createdAt: 0, expiresAt: 86_400_000 };
  await createKey(table.client, table.name, old);
  const { out } = await keys(["list", "--team", "backup"]);
  const [head, ...rows] = out.split("\n");
  expect(head).toMatch(/^id +team +label +rights +created +created by +expires +state$/);
  expect(rows).toEqual([
    expect.stringMatching(/^e{12} {2}backup +old +write +1970-01-01 +1970-01-02 +expired$/),
    expect.stringMatching(
      new RegExp(
        `^${idOf(made.out).slice(0, 12)} +backup +night run +operator read-only; channels general,projects; projects ${PROJECT} .* never +valid$`,
      ),
    ),
  ]);
  expect((await keys(["list"])).out).toMatch(/storage/);
  expect(await keys(["list", "--team", "nobody"])).toMatchObject({ code: 0, out: 'The team "nobody" has no keys.' });
});

it("revokes by the start of an id or by the key from standard input, and reports an earlier revocation", async () => {
  const { out: key } = await keys(["create", "--team", "revoked", "--label", "leaked"]);
  const revoked = await keysProcess(["revoke", "-"], {}, `\ufeff  ${key}\r\n`);
  expect(revoked).toMatchObject({ code: 0, out: "Revoked leaked of revoked. This takes effect within 30 seconds." });
  const again = await keys(["revoke", idOf(key).slice(0, 16)]);
  expect(again.out).toMatch(/It had already been revoked on \d{4}-\d\d-\d\d by \S+@\S+\.$/);
  expect((await keys(["list", "--team", "revoked"])).out).toMatch(/revoked \d{4}-\d\d-\d\d by \S+@\S+$/);
});

it("rejects a key on the command line, does not print it, and leaves it valid", async () => {
  const { out: key } = await keys(["create", "--team", "careless", "--label", "ci"]);
  for (const args of [
    ["revoke", key],
    ["revoke", ` ${key}`],
    ["revoke", key, "abcd"],
    ["list", "--team", key],
  ]) {
    const refused = await keys(args);
    expect(refused).toMatchObject({ code: 64, out: "", err: expect.stringContaining("npm run keys -- revoke -") });
    expect(refused.err).not.toContain(key);
  }
  expect((await keys(["list", "--team", "careless"])).out).toMatch(/valid$/);
});

it.each([
  { name: "nothing", input: "", says: "Standard input is empty" },
  { name: "blanks", input: " \r\n\ufeff", says: "Standard input is empty" },
  { name: "two keys", input: "sfsjw_one\nsfsjw_two\n", says: "No key" },
  { name: "other text", input: "the key", says: "revoke needs one id" },
])("revokes nothing if standard input has $name", async ({ input, says }) => {
  const refused = await keys(["revoke", "-"], {}, input);
  expect(refused).toMatchObject({ code: 64, out: "", err: expect.stringContaining(says) });
  expect(refused.err).not.toContain("sfsjw_");
});

it("records the AWS caller who created and revoked a key, or the user and host if STS does not answer", async () => {
  const arn = "arn:aws:sts::123456789012:assumed-role/Admin/anna@example.com";
  const answer = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`;
  const sts = await serverForTest((_, response) => void response.writeHead(200, { "content-type": "text/xml" }).end(answer));
  const { out: key } = await keys(["create", "--team", "cloudy", "--label", "ci"], { AWS_ENDPOINT_URL_STS: sts.url });
  expect(sts.requests).toMatchObject([{ method: "POST", body: "Action=GetCallerIdentity&Version=2011-06-15" }]);
  expect(sts.requests[0]?.headers.authorization).toMatch(/Credential=local\/\d{8}\/eu-central-1\/sts\/aws4_request/);
  expect((await keys(["list", "--team", "cloudy"])).out).toContain(` ${arn} `);
  await keys(["revoke", "-"], { AWS_ENDPOINT_URL_STS: "http://127.0.0.1:9" }, key);
  expect((await keys(["list", "--team", "cloudy"])).out).toMatch(/revoked \S+ by \S+@\S+$/);
});

it("rejects a prefix that several keys share, and revokes none of them", async () => {
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
  { name: "a lifetime of 0", args: ["create", "--team", "a", "--label", "b", "--expires", "0d"], says: "--expires must be" },
  {
    name: "a lifetime above 10 years",
    args: ["create", "--team", "a", "--label", "b", "--expires", "99999w"],
    says: "--expires",
  },
  { name: "an empty channel", args: ["create", "--team", "a", "--label", "b", "--channels", "a,"], says: "--channels must" },
  { name: "a short project", args: ["create", "--team", "a", "--label", "b", "--projects", "12ab"], says: "--projects must" },
  { name: "no id", args: ["revoke"], says: "revoke needs one id" },
  { name: "an id that is too short", args: ["revoke", "abc"], says: "revoke needs one id" },
  { name: "an id that is not hexadecimal", args: ["revoke", "nope"], says: "hexadecimal digits (0-9 and a-f)" },
  { name: "an id that no key has", args: ["revoke", "0123456789ab"], says: "No key has the id 0123456789ab" },
])("rejects $name with a one-line error", async ({ args, says }) => {
  const before = (await items()).length;
  const { code, out, err } = await keys(args);
  expect({ code, out }).toEqual({ code: 64, out: "" });
  expect(err).toContain(says);
  expect(err).toMatch(/For help: npm run keys -- help$/);
  expect((await items()).length).toBe(before);
});

it("prints help, and reports a table that cannot be reached", async () => {
  expect((await keysProcess(["--help"])).out).toContain("--expires <duration>");
  const lost = await keysProcess(["list"], { AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1" });
  expect(lost).toMatchObject({ code: 69, out: "", err: expect.stringContaining("the table cannot be used") });
  const noRegion = await keysProcess(["list", "--stage", "prod"], { AWS_REGION: "" });
  expect(noRegion).toMatchObject({ code: 69, out: "", err: expect.stringContaining("set AWS_REGION to the region") });
});
