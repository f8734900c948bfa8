import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { parse } from "yaml";

const root = new URL("../..", import.meta.url).pathname;

export interface Bundles {
  /** The bundle of each entry, by the entry's path from the root. */
  file(entry: string): string;
  bytes(entry: string): Promise<number>;
  remove(): Promise<void>;
}

/** Bundles each entry with the esbuild options of serverless.yml, as `npm run package` does. */
export async function bundle(entries: string[]): Promise<Bundles> {
  const folder = await mkdtemp(join(tmpdir(), "sfs-jobwatch-bench-"));
  const { custom } = parse(await readFile(join(root, "serverless.yml"), "utf8"), { logLevel: "error" });
  const { minify, format, platform, target, mainFields, banner, alias }: BuildOptions = custom.esbuild;
  const options = { minify, format, platform, target, mainFields, banner, alias } as BuildOptions;
  const file = (entry: string) => join(folder, `${entry.replaceAll("/", "-")}.mjs`);
  for (const entry of entries) {
    // Baselines use the packages' defaults, without our choice of credential provider.
    const { alias: _, ...plain } = options;
    const own = entry.startsWith("test/bench/baselines/") ? plain : options;
    await build({ ...own, bundle: true, absWorkingDir: root, entryPoints: [entry], outfile: file(entry), logLevel: "error" });
  }
  return {
    file,
    bytes: async (entry) => (await readFile(file(entry))).length,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
