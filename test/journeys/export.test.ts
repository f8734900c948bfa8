import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readItems, writeItems } from "../../infra/scripts/item-file.ts";
import { revokeKey } from "../../lib/adapters/dynamodb/api-keys.ts";
import { exportItems, importItem, wouldImport } from "../../lib/adapters/dynamodb/transfer.ts";
import { claim, newChannel } from "../../lib/domain/channel/channel.ts";
import { jobPk } from "../../lib/domain/table-keys.ts";
import { jobKey } from "../jobs.ts";
import type { TestTable } from "../test-table.ts";
import { startWorld, type World } from "../world.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
// The command uses the real time and skips expired items.
const NOW = Date.now();

let folder: string;
let from: World;
let to: World;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sfs-jobwatch-export-"));
  [from, to] = await Promise.all([startWorld({}, NOW), startWorld({}, NOW + 3_600_000)]);
});
afterEach(async () => {
  await Promise.all([from.close(), to.close(), rm(folder, { recursive: true })]);
});

function command(name: "export" | "import", table: TestTable, ...args: string[]) {
  const env = {
    ...{ PATH: process.env.PATH, TABLE_NAME: table.name, AWS_ENDPOINT_URL_DYNAMODB: table.endpoint },
    ...{ AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" },
  };
  return new Promise<{ code: number; output: string }>((resolve) => {
    execFile(process.execPath, [`infra/scripts/${name}.ts`, ...args], { cwd: ROOT, env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), output: `${out}${err}`.trim() }),
    );
  });
}

const delivered = (world: World) => world.sink.messages.map(({ rendered }) => rendered).join("\n");

async function pks({ client, name }: TestTable): Promise<string[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: name }));
  return Items.map(({ pk }) => pk?.S ?? "").sort();
}

async function exportAll({ client, name }: TestTable) {
  const pages = [];
  for await (const page of exportItems(client, name, NOW)) pages.push(page);
  return pages.flat();
}

/** Starts a job whose end was delivered, one that runs, and one whose notification is pending. */
async function startJobs(): Promise<void> {
  from.cloud.answer("delivered", { status: "success" });
  from.cloud.answer("runs", { status: "running" });
  from.cloud.answer("waits", { status: "failed", fail_reason: "no space" });
  for (const jobId of ["delivered", "runs"]) await from.register(jobId);
  await from.tick();
  from.sink.answer(() => ({ status: 503, body: "busy" }));
  await from.register("waits");
  await from.tick();
}

it("moves a stage to another table, where the next tick polls its jobs and delivers what is pending, once", async () => {
  await startJobs();
  const file = join(folder, "stage.ndjson");
  const exported = await command("export", from.table, "--file", file);
  expect(exported).toMatchObject({ code: 0, output: expect.stringMatching(/^Exported \d items of .* to .*stage.ndjson\.$/) });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, "utf8")).not.toMatch(/"(segment|limit|service)#|nextSendAt/);

  const dry = await command("import", to.table, "--file", file, "--dry-run");
  expect(dry.output).toMatch(/: 4 items would be written, 1 existing items kept/);
  expect((await pks(to.table)).filter((pk) => pk.startsWith("job#"))).toEqual([]);
  expect((await command("import", to.table, "--file", file)).output).toMatch(
    /: 4 items written, 1 existing items kept, 0 expired items skipped/,
  );
  expect((await command("import", to.table, "--file", file)).output).toMatch(/: 0 items written, 5 existing items kept/);

  to.cloud.answer("runs", { status: "success" });
  await to.ticks(3);
  expect(delivered(to).match(/"waits"/g)?.length ?? 0, delivered(to)).toBeGreaterThan(0);
  expect(to.sink.messages).toHaveLength(2);
  expect(delivered(to)).toContain("no space");
  expect(delivered(to)).not.toContain('"delivered"');
  expect((await to.request("GET", "/jobs/delivered")).body.notifications).toMatchObject([{ state: "delivered" }]);
});

it("keeps newer items, and a key that was revoked in the meantime", async () => {
  await startJobs();
  const items = await exportAll(from.table);
  const { client, name } = to.table;
  for (const item of items) await importItem(client, name, item);
  await to.request("DELETE", "/jobs/runs");
  const hash = items.flatMap(({ pk }) => /^key#(.*)/.exec(pk?.S ?? "")?.[1] ?? [])[0] ?? "";
  await revokeKey(client, name, hash, NOW);
  const before = await exportAll(to.table);
  const kept = await Promise.all(
    items.map(async (item) => [await wouldImport(client, name, item), await importItem(client, name, item)]),
  );
  expect(kept).toEqual(items.map(() => [false, false]));
  expect(await exportAll(to.table)).toEqual(before);
});

it("says that a message in flight may repeat an earlier one, since its sender is not moved", async () => {
  from.cloud.answer("cut", { status: "success" });
  const { body } = await from.register("cut");
  const ref = { pk: jobPk(jobKey("cut")), notificationId: body.notifications[0].id };
  const record = claim(newChannel("general"), [ref], from.clock.now(), to.clock.now() + 70_000);
  await from.services.table.save({ kind: "channel", record });
  for (const item of await exportAll(from.table)) await importItem(to.table.client, to.table.name, item);
  await to.tick();
  expect(to.sink.messages).toHaveLength(1);
  expect(delivered(to)).toMatch(/may[\s┃]+repeat/);
});

it.each([
  {
    name: "a file cut short",
    text: '{"pk":{"S":"job#a#sfs-turbo-job#b#c"}}\n',
    output: /is incomplete: 1 items .* last line is missing/,
  },
  { name: "a wrong count", text: '{"items":2}\n', output: /is incomplete: 0 items .* has 2/ },
  { name: "a line that is not JSON", text: '{"items":0}\nnonsense\n', output: /^line 2 of .* is not an item/ },
  { name: "a list", text: "[]\n", output: /^line 1 of .* is not an item/ },
  { name: "an empty key", text: '{"pk":{"S":""}}\n', output: /^line 1 of .* is not an item/ },
  { name: "an empty index key", text: '{"pk":{"S":"key#a"},"team":{"S":""}}\n', output: /^line 1 of .* is not an item/ },
  {
    name: "a key that is not a string",
    text: '{"pk":{"S":"job#a"},"open":{"N":"1"}}\n',
    output: /^line 1 of .* is not an item/,
  },
])("rejects $name", async ({ text, output }) => {
  const file = join(folder, "odd.ndjson");
  await writeFile(file, text);
  const read = async () => {
    for await (const bunch of readItems(file, 16)) expect(bunch).toHaveLength(1);
  };
  await expect(read()).rejects.toThrow(output);
});

it("does not overwrite a file, and reports an unreadable one in one line", async () => {
  const file = join(folder, "there.ndjson");
  await writeFile(file, "");
  await expect(writeItems(file, pagesOf())).rejects.toThrow(`${file} exists already.`);
  const none = join(folder, "none.ndjson");
  expect(await command("import", to.table, "--file", none)).toEqual({ code: 65, output: `${none} cannot be read: ENOENT.` });
});

async function* pagesOf(): AsyncGenerator<[]> {
  yield [];
}

it("leaves no file if an export fails, so that the next one is not refused", async () => {
  const file = join(folder, "failed.ndjson");
  const failed = await command("export", { ...from.table, endpoint: "http://127.0.0.1:1" }, "--file", file);
  expect(failed).toMatchObject({ code: 69, output: expect.stringContaining("the table cannot be used") });
  expect(await command("export", from.table, "--file", file)).toMatchObject({ code: 0 });
});
