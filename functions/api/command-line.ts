import { readFile } from "node:fs/promises";

/** Reads the command line. Must stay in functions/api/: the bundle is there too, so that this relative path works in both places. */
export async function readCommandLine(): Promise<string> {
  return await readFile(new URL("../../bin/jobwatch.mjs", import.meta.url), "utf8");
}
