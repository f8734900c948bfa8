import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { unzip } from "./unzip.ts";

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  [attribute: string]: unknown;
}

export interface PackagedTree {
  /** A copy of the tree, so that packaging in a test does not affect a local stack or another test. */
  folder: string;
  resources: Record<string, Resource>;
  conditions: Record<string, unknown>;
  /** Text of the template. */
  template: string;
  zips: Record<"api" | "poll", Zip>;
  /** Output of osls. */
  printed: string;
  remove(): Promise<void>;
}

export interface Zip {
  bytes: number;
  sha256: string;
  files: Record<string, Buffer>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

export async function copyTree(files: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sfs-jobwatch-"));
  for (const file of files) await cp(join(root, file), join(folder, file), { recursive: true });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** Packages without AWS variables in the environment. */
export async function packageTree(environment: Record<string, string>, umask = "022"): Promise<PackagedTree> {
  const folder = await copyPackageable();
  const printed = await runPackage(folder, environment, umask);
  const template = await readFile(join(folder, ".serverless/cloudformation-template-update-stack.json"), "utf8");
  const { Resources, Conditions } = JSON.parse(template) as {
    Resources: Record<string, Resource>;
    Conditions: Record<string, unknown>;
  };
  return {
    folder,
    template,
    resources: Resources,
    conditions: Conditions,
    zips: { api: await readZip(folder, "api"), poll: await readZip(folder, "poll") },
    printed,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export function copyPackageable(): Promise<string> {
  return copyTree([
    "serverless.yml",
    "package.json",
    "tsconfig.json",
    "functions",
    "infra",
    "lib",
    "docs/openapi.json",
    "bin/jobwatch.mjs",
  ]);
}

/** Returns the output of osls. Rejects when it fails or takes longer than 150 s. */
export async function runPackage(folder: string, environment: Record<string, string> = {}, umask = "022"): Promise<string> {
  const command = ["-c", `umask ${umask}; exec "$0" node_modules/.bin/osls package`, process.execPath];
  const { stdout, stderr } = await promisify(execFile)("sh", command, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...environment },
    timeout: 150_000,
  });
  return stdout + stderr;
}

async function readZip(folder: string, name: string): Promise<Zip> {
  const zip = await readFile(join(folder, `.serverless/${name}.zip`));
  return { bytes: zip.length, sha256: createHash("sha256").update(zip).digest("hex"), files: unzip(zip) };
}
