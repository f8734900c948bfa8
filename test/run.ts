import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// `npm test` runs Vitest. Vite takes paths for URLs, in which %, # and ? have a meaning. In a folder with such a path, the tests run through a
// link to it.

const ROOT = join(import.meta.dirname, "..");

if (/[%#?]/.test(ROOT)) process.exitCode = runThroughLink();
else {
  process.argv.splice(1, 1, ...commandIn(ROOT));
  await import(pathToFileURL(process.argv[1] ?? "").href);
}

function commandIn(root: string): string[] {
  return [join(root, "node_modules/vitest/vitest.mjs"), "run", "--config", join(root, "test/vitest.config.ts")];
}

function runThroughLink(): number {
  const folder = mkdtempSync(join(tmpdir(), "jobwatch-test-"));
  const root = join(folder, "sfs-jobwatch");
  symlinkSync(ROOT, root);
  const NODE_OPTIONS = "--preserve-symlinks --preserve-symlinks-main";
  const args = [...commandIn(root), "--root", root, ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS, TEST_ROOT: root },
    stdio: "inherit",
  });
  rmSync(folder, { recursive: true });
  return status ?? 1;
}
