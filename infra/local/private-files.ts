import { chmodSync, lstatSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

const OWN = ["demo-key", "functions.log", "signing-secret", "table"];
const STICKY = 0o1000;

/** Creates the stack's folder for its owner alone, and takes away from others what an earlier start let them read. */
export function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // A folder that all share, like /tmp, stays so.
  if ((lstatSync(folder).mode & STICKY) === 0) chmodSync(folder, 0o700);
  for (const name of OWN) restrict(join(folder, name));
}

function restrict(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) chmodSync(path, 0o600);
  if (!found?.isDirectory()) return;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) restrict(join(path, name));
}
