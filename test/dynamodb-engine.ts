import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { listen } from "../infra/local/listen.ts";

// AWS's DynamoDB Local, downloaded once from the npm registry. Needs Java 17.

const PACKAGE = "amplify-dynamodb-simulator@2.9.30";
const INTEGRITY = "sha512-xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==";
const STARTED_WITHIN_MS = 30_000;

const folder = fileURLToPath(new URL("../.local/dynamodb-local", import.meta.url));
const emulator = join(folder, "package/emulator");
const run = promisify(execFile);

export interface DynamoDbLocal {
  url: string;
  end(): void;
}

/** Rejects with a readable message if Java or the registry is missing, or the start fails. Ends with this process. */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  await run("java", ["-version"]).catch(() => {
    throw new Error("DynamoDB Local needs Java 17 or later as `java` on the PATH, for example Debian's default-jre-headless.");
  });
  await fetchEmulator();
  return await startEmulator();
}

/** Unpacks into a temporary folder and moves the result, so that an interrupted download starts again. */
async function fetchEmulator(): Promise<void> {
  if (existsSync(emulator)) return;
  await mkdir(folder, { recursive: true });
  const part = await mkdtemp(join(folder, "part-"));
  try {
    const packed = await run("npm", ["pack", PACKAGE, "--json", "--loglevel=error", "--pack-destination", part], { cwd: part });
    const [{ filename, integrity }] = JSON.parse(packed.stdout) as [{ filename: string; integrity: string }];
    if (integrity !== INTEGRITY) throw new Error(`the registry has a different file for this version: ${integrity}`);
    await run("tar", ["-xzf", join(part, filename), "-C", part]);
    await rename(join(part, "package"), join(folder, "package"));
  } catch (error) {
    const cause = (error as { stderr?: string }).stderr?.trim().split("\n").at(0) ?? (error as Error).message;
    throw new Error(`\`npm pack ${PACKAGE}\` downloads DynamoDB Local from the npm registry, and failed: ${cause}`);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

async function startEmulator(): Promise<DynamoDbLocal> {
  const free = await listen(createServer(), 0, "DynamoDB Local");
  await free.close();
  const options = ["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-inMemory", "-disableTelemetry"];
  const java = spawn("java", [...options, "-port", String(free.port)], { cwd: emulator, stdio: "ignore" });
  const end = () => void java.kill();
  process.once("exit", end);
  java.once("exit", () => process.off("exit", end));
  const until = Date.now() + STARTED_WITHIN_MS;
  while (java.exitCode === null && Date.now() < until) {
    const answered = await fetch(free.url).then(
      () => true,
      () => false,
    );
    if (answered) return { url: free.url, end };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  end();
  throw new Error(`DynamoDB Local did not start; delete ${folder} and try again.`);
}
