import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { parse } from "yaml";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Bundles {
  /** Path of the file to import, by the entry's path from the root. */
  file(entry: string): string;
  /** Bytes that importing the entry loads, without the files that it imports when they are first needed. */
  bytes(entry: string): number;
  /** Bytes per package, or per folder of the repository, within `bytes`. The largest come first. */
  contributors(entry: string): [name: string, bytes: number][];
  remove(): Promise<void>;
}

/** Bundles each entry as `npm run package` bundles the functions: with the options that serverless.yml gives to esbuild. */
export async function bundle(entries: string[]): Promise<Bundles> {
  const folder = await mkdtemp(join(tmpdir(), "sfs-jobwatch-bench-"));
  const { custom } = parse(await readFile(join(root, "serverless.yml"), "utf8"), { logLevel: "error" });
  const { minify, format, splitting, platform, target, mainFields, banner, alias }: BuildOptions = custom.esbuild;
  const options = { minify, format, splitting, platform, target, mainFields, banner, alias } as BuildOptions;
  const folderOf = (entry: string) => join(folder, entry.replaceAll("/", "-"));
  const built = new Map<string, Metafile["outputs"]>();
  for (const entry of entries) {
    // Baselines use the packages as they are, without our choice of credentials.
    const { alias: _, ...plain } = options;
    const own = entry.startsWith("test/bench/baselines/") ? plain : options;
    const { metafile } = await build({
      ...{ ...own, bundle: true, metafile: true, absWorkingDir: root, logLevel: "error" },
      ...{ entryPoints: { main: entry }, outdir: folderOf(entry), outExtension: { ".js": ".mjs" } },
    });
    built.set(entry, metafile.outputs);
  }
  const loaded = (entry: string) => loadedOutputs(built.get(entry) ?? {});
  return {
    file: (entry) => join(folderOf(entry), "main.mjs"),
    bytes: (entry) => loaded(entry).reduce((sum, { bytes }) => sum + bytes, 0),
    contributors: (entry) => contributorsOf(loaded(entry)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

type Output = Metafile["outputs"][string];

/** The entry's output and all that it imports statically. */
function loadedOutputs(outputs: Metafile["outputs"]): Output[] {
  const main = Object.keys(outputs).find((path) => path.endsWith("/main.mjs")) ?? "";
  const paths = new Set([main]);
  for (const path of paths)
    for (const { kind, path: imported } of outputs[path]?.imports ?? [])
      if (kind === "import-statement" && imported in outputs) paths.add(imported);
  return [...paths].flatMap((path) => outputs[path] ?? []);
}

function contributorsOf(outputs: Output[]): [name: string, bytes: number][] {
  const sums = new Map<string, number>();
  for (const { inputs } of outputs)
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? relative(root, join(root, path, ".."));
      sums.set(name, (sums.get(name) ?? 0) + bytesInOutput);
    }
  return [...sums].sort(([, one], [, other]) => other - one);
}
