import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** Loads packages of test/tools/package.json, which the main `npm ci` does not install. Untyped, so that the tree compiles without them. */
export function toolLoader(): NodeJS.Require {
  if (!isInstalled()) install();
  return createRequire(import.meta.url);
}

/** npm records the installed packages in node_modules. A newer lock file means that they are outdated. */
function isInstalled(): boolean {
  const done = `${FOLDER}node_modules/.package-lock.json`;
  return existsSync(done) && statSync(done).mtimeMs >= statSync(`${FOLDER}package-lock.json`).mtimeMs;
}

function install(): void {
  try {
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", FOLDER], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  } catch {
    throw new Error(`the tools cannot be installed here: \`npm ci --prefix ${FOLDER}\` failed`);
  }
}
