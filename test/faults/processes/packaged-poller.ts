import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { copyPackageable } from "../../house/packaged-tree.ts";
import { unpackTo, unzip } from "../../house/unzip.ts";

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
  const unpacked = join(folder, "unpacked");
  await unpackTo(unpacked, unzip(await readFile(join(folder, ".serverless/poll.zip"))));
  return { handler: join(unpacked, "functions/poll/handler.mjs"), remove: () => rm(folder, { recursive: true, force: true }) };
}
