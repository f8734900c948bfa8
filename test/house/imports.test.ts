import { execFile } from "node:child_process";
import { appendFile, glob, mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CHANNEL_KINDS } from "../../lib/config/channel-kinds.ts";
import { copyTree } from "./packaged-tree.ts";

interface Planted {
  name: string;
  file: string;
  from: string;
}

const refused: Planted[] = [
  { name: "the domain imports no package", file: "lib/domain/job/planted-1.ts", from: "ky" },
  { name: "the domain imports no scoped package", file: "lib/domain/job/planted-2.ts", from: "@aws-sdk/client-dynamodb" },
  { name: "the domain imports nothing of Node", file: "lib/domain/channel/planted-1.ts", from: "node:crypto" },
  { name: "the domain imports no port", file: "lib/domain/job/planted-3.ts", from: "../../ports.ts" },
  { name: "the top of the domain imports no port", file: "lib/domain/planted-1.ts", from: "../ports.ts" },
  { name: "the domain imports no adapter", file: "lib/domain/health/planted-1.ts", from: "../../adapters/slack/client.ts" },
  { name: "the domain imports no stage", file: "lib/domain/schedule/planted-1.ts", from: "../../poll/sweep.ts" },
  { name: "the table does not import Slack", file: "lib/adapters/dynamodb/planted-1.ts", from: "../slack/client.ts" },
  { name: "a new adapter does not import Slack", file: "lib/adapters/planted/planted-1.ts", from: "../slack/client.ts" },
  {
    name: "a new source imports no other source",
    file: "lib/adapters/cloud/sources/planted/planted-1.ts",
    from: "../sfs-turbo/job-source.ts",
  },
  { name: "Slack does not import a source", file: "lib/adapters/slack/planted-1.ts", from: "../cloud/sources/source.ts" },
  { name: "Slack does not import the cloud", file: "lib/adapters/slack/planted-4.ts", from: "../cloud/http/client.ts" },
  {
    name: "the cloud imports no source",
    file: "lib/adapters/cloud/http/planted-1.ts",
    from: "../sources/sfs-turbo/job-source.ts",
  },
  {
    name: "the cloud does not import the table",
    file: "lib/adapters/cloud/auth/planted-2.ts",
    from: "../../dynamodb/table.ts",
  },
  {
    name: "a source does not import the table",
    file: "lib/adapters/cloud/sources/sfs-turbo/planted-1.ts",
    from: "../../../dynamodb/table.ts",
  },
  {
    name: "a source imports no other source",
    file: "lib/adapters/cloud/sources/other-services/planted-1.ts",
    from: "../sfs-turbo/job-source.ts",
  },
  { name: "a source makes no request of its own", file: "lib/adapters/cloud/sources/other-services/planted-2.ts", from: "ky" },
  { name: "an adapter imports no stage", file: "lib/adapters/slack/planted-2.ts", from: "../../jobs/register-job.ts" },
  {
    name: "a source imports no configuration",
    file: "lib/adapters/cloud/sources/sfs-turbo/planted-2.ts",
    from: "../../../../config/config.ts",
  },
  { name: "an adapter imports no function", file: "lib/adapters/slack/planted-3.ts", from: "../../../functions/api/app.ts" },
  { name: "a stage imports no adapter", file: "lib/jobs/planted-1.ts", from: "../adapters/dynamodb/table.ts" },
  { name: "a stage imports no package", file: "lib/jobs/planted-2.ts", from: "@slack/webhook" },
  { name: "a stage imports no services", file: "lib/jobs/planted-3.ts", from: "../services.ts" },
  { name: "a stage imports no configuration", file: "lib/jobs/planted-4.ts", from: "../config/config.ts" },
  { name: "a stage imports no function", file: "lib/jobs/planted-5.ts", from: "../../functions/api/app.ts" },
  { name: "the poller imports no adapter", file: "lib/poll/planted-1.ts", from: "../adapters/cloud/sources/source.ts" },
  { name: "the poller does not import the api's stage", file: "lib/poll/planted-2.ts", from: "../jobs/register-job.ts" },
  { name: "the delivery imports no adapter", file: "lib/delivery/planted-1.ts", from: "../adapters/slack/client.ts" },
  { name: "the delivery imports no package", file: "lib/delivery/planted-2.ts", from: "@slack/webhook" },
  { name: "the configuration imports no adapter", file: "lib/config/planted-1.ts", from: "../adapters/slack/client.ts" },
  { name: "services import no function", file: "lib/services.ts", from: "../functions/api/app.ts" },
  {
    name: "a function imports no adapter",
    file: "functions/api/routes/planted-1.ts",
    from: "../../../lib/adapters/slack/client.ts",
  },
  {
    name: "a function imports no source",
    file: "functions/api/planted-2.ts",
    from: "../../lib/adapters/cloud/sources/source.ts",
  },
  { name: "a function imports no local double", file: "functions/poll/planted-1.ts", from: "../../infra/local/cloud.ts" },
  { name: "a double imports nothing of lib", file: "infra/local/planted-1.ts", from: "../../lib/domain/job/job.ts" },
  { name: "a double imports no function", file: "infra/local/planted-2.ts", from: "../../functions/api/app.ts" },
];

const allowed: Planted[] = [
  { name: "the domain imports its own files", file: "lib/domain/job/planted-ok.ts", from: "../channel/channel.ts" },
  { name: "an adapter imports the domain", file: "lib/adapters/dynamodb/planted-ok-1.ts", from: "../../domain/job/job.ts" },
  { name: "an adapter imports the ports", file: "lib/adapters/slack/planted-ok-1.ts", from: "../../ports.ts" },
  { name: "a stage imports the ports of the table", file: "lib/poll/planted-ok-2.ts", from: "../table-ports.ts" },
  {
    name: "a source imports the cloud",
    file: "lib/adapters/cloud/sources/other-services/planted-ok-1.ts",
    from: "../source.ts",
  },
  { name: "an adapter imports packages", file: "lib/adapters/dynamodb/planted-ok-2.ts", from: "@aws-sdk/client-dynamodb" },
  { name: "a stage imports the domain", file: "lib/jobs/planted-ok-1.ts", from: "../domain/job/job.ts" },
  { name: "a stage imports what stages share", file: "lib/jobs/planted-ok-2.ts", from: "../shared/save-record.ts" },
  { name: "the poller imports the delivery", file: "lib/poll/planted-ok-1.ts", from: "../delivery/deliver.ts" },
  { name: "a function imports services", file: "functions/api/planted-ok-1.ts", from: "../../lib/services.ts" },
  { name: "a function imports stages", file: "functions/api/planted-ok-2.ts", from: "../../lib/jobs/register-job.ts" },
];

/** Two files that import a type of each other. */
const cycle = ["lib/poll/planted-cycle-1.ts", "lib/poll/planted-cycle-2.ts"];

const refusedReaders = [
  "lib/domain/job/reader.ts",
  "lib/adapters/slack/reader.ts",
  "lib/adapters/aws/signed-call.ts",
  "lib/reader.ts",
  "functions/api/reader.ts",
];
const allowedReaders = ["lib/config/config.ts", "infra/local/reader.ts"];

let folder: string;
let complaints: Set<string>;

beforeAll(async () => {
  folder = await copyTree([".biome.json", ".gitignore"]);
  for (const { file, from } of [...refused, ...allowed])
    await plant(file, `import * as planted from "${from}";\nexport default planted;\n`);
  for (const [index, file] of cycle.entries())
    await plant(
      file,
      `import type { Planted as Other } from "./planted-cycle-${2 - index}.ts";\nexport interface Planted { other: Other }\n`,
    );
  for (const file of [...refusedReaders, ...allowedReaders]) await plant(file, "export const home = process.env.HOME;\n");
  complaints = await lint();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(refused)("$name", ({ file }) => expect(complaints).toContain(`noRestrictedImports ${file}`));

test.each(allowed)("$name", ({ file }) => expect(complaints).not.toContain(`noRestrictedImports ${file}`));

test.each(cycle)("a type in %s is imported in no circle", (file) => expect(complaints).toContain(`noImportCycles ${file}`));

test.each(refusedReaders)("the environment is not read in a file like %s", (file) =>
  expect(complaints).toContain(`noProcessEnv ${file}`),
);

test.each(allowedReaders)("the environment is read in %s", (file) => expect(complaints).not.toContain(`noProcessEnv ${file}`));

test("no stage takes the whole table if it needs only a part", async () => {
  const texts = await sourcesIn("{jobs,poll,delivery,shared}/*.ts");
  expect(texts.filter((text) => /<Ports, [^>]*"table"|\bTable\b/.test(text))).toEqual([]);
});

test("neither the domain nor a stage names a kind of channel", async () => {
  const texts = await sourcesIn("{domain,jobs,poll,delivery,shared}/**/*.ts");
  // "events" also says where an option of a job is shown.
  const kinds = CHANNEL_KINDS.filter((kind) => kind !== "events");
  expect(texts.filter((text) => kinds.some((kind) => text.includes(`"${kind}"`)))).toEqual([]);
});

async function sourcesIn(pattern: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const file of glob(join(import.meta.dirname, "../../lib", pattern))) texts.push(await readFile(file, "utf8"));
  expect(texts.length).toBeGreaterThan(20);
  return texts;
}

async function plant(file: string, source: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await appendFile(join(folder, file), source);
}

/** Returns the rule and file of each complaint. */
function lint(): Promise<Set<string>> {
  const options = ["lint", "--reporter=github", "--max-diagnostics=none", "."];
  return new Promise((resolve) => {
    execFile(process.execPath, ["node_modules/@biomejs/biome/bin/biome", ...options], { cwd: folder }, (_, stdout) => {
      const complaints = stdout.matchAll(/title=lint\/\w+\/(\w+),file=([^,]+),/g);
      resolve(
        new Set([...complaints].map(([, rule, file]) => `${rule} ${file?.slice(file.indexOf(folder) + folder.length + 1)}`)),
      );
    });
  });
}
