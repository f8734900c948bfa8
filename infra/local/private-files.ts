import { chmodSync, lstatSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

const OWN = ["cloud-backups.json", "cloud-shares.json", "demo-key", "functions.log", "signing-secret", "table"];
const STICKY = 0o1000;

/** Creates the stack's folder so that only its owner can read it. Also restricts files of an earlier start. */
export function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Leaves a shared folder like /tmp unchanged.
  if ((lstatSync(folder).mode & STICKY) === 0) chmodSync(folder, 0o700);
  for (const name of OWN) restrict(join(folder, name));
}

function restrict(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isFile()) chmodSync(path, 0o600);
  if (!stats?.isDirectory()) return;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) restrict(join(path, name));
}
