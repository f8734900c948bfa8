import { execFile } from "node:child_process";
import { appendFile, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { copyTree } from "./packaged-tree.ts";

interface Planted {
  name: string;
  file: string;
  from: string;
}

const refused: Planted[] = [
  { name: "the core imports no package", file: "lib/job/planted-1.ts", from: "ky" },
  { name: "the core imports no scoped package", file: "lib/job/planted-2.ts", from: "@aws-sdk/client-dynamodb" },
  { name: "the core imports nothing of Node", file: "lib/job/planted-3.ts", from: "node:crypto" },
  { name: "the core imports no port", file: "lib/job/planted-4.ts", from: "../ports.ts" },
  { name: "the core imports no adapter", file: "lib/job/planted-5.ts", from: "../slack/client.ts" },
  { name: "the table does not import Slack", file: "lib/dynamodb/planted-1.ts", from: "../slack/client.ts" },
  { name: "Slack does not import a source", file: "lib/slack/planted-1.ts", from: "../sfs-turbo/job-source.ts" },
  { name: "Slack does not import the cloud", file: "lib/slack/planted-4.ts", from: "../cloud/ask.ts" },
  { name: "the cloud imports no source", file: "lib/cloud/planted-1.ts", from: "../sfs-turbo/job-source.ts" },
  { name: "the cloud does not import the table", file: "lib/cloud/planted-2.ts", from: "../dynamodb/table.ts" },
  { name: "a source does not import the table", file: "lib/sfs-turbo/planted-1.ts", from: "../dynamodb/table.ts" },
  { name: "a source imports no other source", file: "lib/sibling-jobs/planted-1.ts", from: "../sfs-turbo/refusal.ts" },
  { name: "a source makes no request of its own", file: "lib/sibling-jobs/planted-2.ts", from: "ky" },
  { name: "an adapter imports no verb", file: "lib/slack/planted-2.ts", from: "../register-job.ts" },
  { name: "an adapter imports no configuration", file: "lib/sfs-turbo/planted-2.ts", from: "../config.ts" },
  { name: "an adapter imports no function", file: "lib/slack/planted-3.ts", from: "../../functions/api/app.ts" },
  { name: "a verb imports no adapter", file: "lib/planted-1.ts", from: "./dynamodb/table.ts" },
  { name: "a verb imports no package", file: "lib/planted-2.ts", from: "@slack/webhook" },
  { name: "a verb imports no services", file: "lib/planted-3.ts", from: "./services.ts" },
  { name: "a verb imports no configuration", file: "lib/planted-4.ts", from: "./config.ts" },
  { name: "a verb imports no function", file: "lib/planted-5.ts", from: "../functions/api/app.ts" },
  { name: "a part of a pass imports no adapter", file: "lib/pass/planted-1.ts", from: "../sfs-turbo/job-source.ts" },
  { name: "a part of the delivery imports no adapter", file: "lib/delivery/planted-1.ts", from: "../slack/client.ts" },
  { name: "a part of the delivery imports no package", file: "lib/delivery/planted-2.ts", from: "@slack/webhook" },
  { name: "the configuration imports no adapter", file: "lib/config.ts", from: "./dynamodb/table.ts" },
  { name: "a setting imports no adapter", file: "lib/settings/planted-1.ts", from: "../slack/client.ts" },
  { name: "services import no function", file: "lib/services.ts", from: "../functions/api/app.ts" },
  { name: "a function imports no adapter", file: "functions/api/planted-1.ts", from: "../../lib/slack/client.ts" },
  { name: "a function imports no source", file: "functions/api/planted-2.ts", from: "../../lib/sibling-jobs/source.ts" },
  { name: "a function imports no local double", file: "functions/poll/planted-1.ts", from: "../../infra/local/cloud.ts" },
  { name: "a double imports nothing of lib", file: "infra/local/planted-1.ts", from: "../../lib/job/job.ts" },
  { name: "a double imports no function", file: "infra/local/planted-2.ts", from: "../../functions/api/app.ts" },
];

const allowed: Planted[] = [
  { name: "the core imports its own files", file: "lib/job/planted-ok.ts", from: "./job.ts" },
  { name: "an adapter imports the core", file: "lib/dynamodb/planted-ok-1.ts", from: "../job/job.ts" },
  { name: "an adapter imports the ports", file: "lib/slack/planted-ok-1.ts", from: "../ports.ts" },
  { name: "a source imports the cloud", file: "lib/sibling-jobs/planted-ok-1.ts", from: "../cloud/source.ts" },
  { name: "an adapter imports packages", file: "lib/dynamodb/planted-ok-2.ts", from: "@aws-sdk/client-dynamodb" },
  { name: "a verb imports the core", file: "lib/planted-ok-1.ts", from: "./job/job.ts" },
  { name: "a verb imports another verb", file: "lib/planted-ok-2.ts", from: "./deliver-alerts.ts" },
  { name: "a part of a pass imports the ports", file: "lib/pass/planted-ok-1.ts", from: "../ports.ts" },
  { name: "a function imports services", file: "functions/api/planted-ok-1.ts", from: "../../lib/services.ts" },
  { name: "a function imports verbs", file: "functions/api/planted-ok-2.ts", from: "../../lib/register-job.ts" },
];

const refusedReaders = ["lib/job/reader.ts", "lib/slack/reader.ts", "lib/reader.ts", "functions/api/reader.ts"];
const allowedReaders = ["lib/config.ts", "infra/local/reader.ts"];

let folder: string;
let complaints: Set<string>;

beforeAll(async () => {
  folder = await copyTree([".biome.json", ".gitignore"]);
  for (const { file, from } of [...refused, ...allowed])
    await plant(file, `import * as planted from "${from}";\nexport default planted;\n`);
  for (const file of [...refusedReaders, ...allowedReaders]) await plant(file, "export const home = process.env.HOME;\n");
  complaints = await lint();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(refused)("$name", ({ file }) => expect(complaints).toContain(`noRestrictedImports ${file}`));

test.each(allowed)("$name", ({ file }) => expect(complaints).not.toContain(`noRestrictedImports ${file}`));

test.each(refusedReaders)("the environment is not read in a file like %s", (file) =>
  expect(complaints).toContain(`noProcessEnv ${file}`),
);

test.each(allowedReaders)("the environment is read in %s", (file) => expect(complaints).not.toContain(`noProcessEnv ${file}`));

async function plant(file: string, source: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await appendFile(join(folder, file), source);
}

/** Rule and file of each complaint. */
function lint(): Promise<Set<string>> {
  const options = ["lint", "--reporter=github", "--max-diagnostics=none", "."];
  return new Promise((resolve) => {
    execFile(process.execPath, ["node_modules/@biomejs/biome/bin/biome", ...options], { cwd: folder }, (_, stdout) => {
      const found = stdout.matchAll(/title=lint\/\w+\/(\w+),file=([^,]+),/g);
      resolve(new Set([...found].map(([, rule, file]) => `${rule} ${file?.slice(file.indexOf(folder) + folder.length + 1)}`)));
    });
  });
}
