import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ROOT, userEnvironment } from "../cases/stack.ts";
import type { Block } from "./blocks.ts";

export interface Ran {
  block: Block;
  /** Standard output and standard error, as a terminal shows them. */
  output: string;
  /** The exit codes other than 0, in order. */
  failures: number[];
}

const BEGIN = "@@ block";
const FAILED = "@@ exit code";
/** Generous, for a busy machine: the longest page takes 50 s on a free one. */
const LIMIT_MS = 150_000;

/**
 * Pastes the blocks of a page, in order, into one shell. Its folder shows the files of the project, and its `.local` has the key.
 * `ports` maps the ports that the page prints to those of the stack.
 */
export async function paste(
  blocks: Block[],
  key: string,
  ports: Map<string, string>,
  env: Record<string, string>,
): Promise<Ran[]> {
  const folder = await folderOfReader(key);
  const script = [
    `trap 'printf "\\n${FAILED} %s\\n" $?' ERR`,
    ...blocks.flatMap(({ text: code }, n) => [`printf '\\n${BEGIN} ${n}\\n'`, withPorts(code, ports)]),
  ].join("\n");
  const shell = spawn("bash", ["-c", `exec 2>&1\n${script}`], {
    cwd: folder,
    env: { ...userEnvironment(), ...env },
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  const end = () => {
    if (shell.pid !== undefined && shell.exitCode === null) process.kill(-shell.pid, "SIGKILL");
  };
  const timer = setTimeout(end, LIMIT_MS);
  const [printed] = await Promise.all([text(shell.stdout), once(shell, "close")]);
  clearTimeout(timer);
  await rm(folder, { recursive: true, force: true });
  return blocks.map((block, n) => ran(block, printed.split(`\n${BEGIN} ${n}\n`)[1]?.split(`\n${BEGIN} `)[0]));
}

function ran(block: Block, printed = `${FAILED} 255\nThe page took too long, or an earlier block ended the shell.`): Ran {
  const failed = new RegExp(`\\n?${FAILED} (\\d+)\\n?`, "g");
  const failures = [...printed.matchAll(failed)].map(([, code]) => Number(code));
  return { block, output: printed.replaceAll(failed, ""), failures };
}

/** Returns a folder like the clone of a reader who has run `npm start`. */
async function folderOfReader(key: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "jobwatch-reader-"));
  const names = await readdir(ROOT);
  const own = names.filter((name) => ![".local", ".env", ".git"].includes(name));
  await Promise.all(own.map((name) => symlink(join(ROOT, name), join(folder, name))));
  await mkdir(join(folder, ".local"));
  await writeFile(join(folder, ".local", "demo-key"), `${key}\n`);
  return folder;
}

function withPorts(code: string, ports: Map<string, string>): string {
  return code.replaceAll(/(?<=127\.0\.0\.1:|localhost:)\d+/g, (port) => ports.get(port) ?? port);
}
