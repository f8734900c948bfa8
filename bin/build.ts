import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HEADER = `#!/usr/bin/env node
// The command line of sfs-jobwatch: one file for Node 20 or newer, without dependencies. The service serves it at \`GET /jobwatch.mjs\`.
// Built from bin/cli/ by \`npm run command-line\`. Do not edit.`;

/** Returns the text of bin/jobwatch.mjs. */
export async function buildCommandLine(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"));
  const { outputFiles } = await build({
    entryPoints: ["bin/cli/main.ts"],
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    charset: "utf8",
    banner: { js: HEADER },
    define: { VERSION: JSON.stringify(version) },
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

// `npm run command-line`
if (import.meta.main) await writeFile(new URL("jobwatch.mjs", import.meta.url), await buildCommandLine());
