import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { copyPackageable } from "../../house/packaged-tree.ts";
import { unzip } from "../../house/unzip.ts";

export interface PackagedPoller {
  /** The module that exports the handler. */
  handler: string;
  remove(): Promise<void>;
}

/** The poll function from a newly packaged zip, since an existing zip may be outdated. */
export async function packagePoller(): Promise<PackagedPoller> {
  const folder = await copyPackageable();
  const env = { PATH: process.env.PATH, HOME: folder };
  await promisify(execFile)(process.execPath, ["node_modules/.bin/osls", "package"], { cwd: folder, env });
  const files = unzip(await readFile(join(folder, ".serverless/poll.zip")));
  const unpacked = join(folder, "unpacked");
  await mkdir(unpacked);
  for (const [file, bytes] of Object.entries(files)) await writeFile(join(unpacked, basename(file)), bytes);
  return { handler: join(unpacked, "handler.mjs"), remove: () => rm(folder, { recursive: true, force: true }) };
}
