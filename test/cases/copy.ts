import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { ROOT, userEnvironment } from "./stack.ts";

const run = promisify(execFile);

export interface Copy {
  folder: string;
  remove(): Promise<void>;
}

/** Copies the project's files and installed packages to a folder of this name. */
export async function copyOfProject(name: string): Promise<Copy> {
  const parent = await mkdtemp(join(tmpdir(), "jobwatch-copy-"));
  const folder = join(parent, name, "sfs-jobwatch");
  await mkdir(folder, { recursive: true });
  const { stdout } = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: ROOT });
  for (const file of stdout.split("\0").filter(Boolean)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await cp(join(ROOT, file), join(folder, file)).catch(() => undefined);
  }
  // Hard links if possible. A symbolic link would lead programs back to this folder.
  const copy = (flags: string) => run("cp", [flags, join(ROOT, "node_modules"), folder]);
  await copy("-al").catch(() => copy("-a"));
  return { folder, remove: () => rm(parent, { recursive: true, force: true }) };
}

/** Runs npm as a user does. Kills it after `limitMs`; `exit` is then null. */
export async function npm(cwd: string, args: string[], limitMs: number, environment: Record<string, string> = {}) {
  const env = { ...userEnvironment(), OS_PROJECT_ID: "0".repeat(32), CI: "true", ...environment };
  const child = spawn("npm", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const end = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  };
  const timer = setTimeout(end, limitMs);
  onTestFinished(end);
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  clearTimeout(timer);
  return { exit: exit as number | null, printed: out + err };
}
