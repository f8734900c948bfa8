import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";

const FOLDER = new URL(".", import.meta.url).pathname;

/** Loads packages of test/tools/package.json, which the main `npm ci` leaves out. Untyped, so that the tree compiles without them. */
export function toolLoader(): NodeJS.Require {
  if (!isInstalled()) install();
  return createRequire(import.meta.url);
}

/** npm writes down in node_modules what it installed; a lock file that is younger asks for more. */
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
