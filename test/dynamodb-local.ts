import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startDynamoDbLocal } from "./dynamodb-engine.ts";

// `npm run test:dynamodb-local [-- files and arguments of vitest]`: runs the table's tests on AWS's DynamoDB Local.

/** Skips the faults of the cloud, Slack and the settings, which do not depend on the engine, and `npm start`, which has its own. */
const SUITES = [
  "test/{adapters/dynamodb,functions,journeys}/*.test.ts",
  "test/faults/{data,identity,kill,strangers,table-*,ticks,time}.test.ts",
];
const NOT_ON_IT = ["test/journeys/start.test.ts"];

const root = fileURLToPath(new URL("..", import.meta.url));

process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
try {
  const engine = await startDynamoDbLocal();
  process.exitCode = await runSuites(engine.url, process.argv.slice(2));
  engine.end();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

function runSuites(TEST_DYNAMODB_ENDPOINT: string, given: string[]): Promise<number> {
  const names = given.some((argument) => !argument.startsWith("-")) ? [] : globSync(SUITES, { cwd: root, exclude: NOT_ON_IT });
  const vitest = spawn(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", ...["run", "--config", "test/vitest.config.ts"], ...names, ...given],
    { cwd: root, env: { ...process.env, TEST_DYNAMODB_ENDPOINT }, stdio: "inherit" },
  );
  process.once("exit", () => vitest.kill());
  return new Promise((resolve) => vitest.once("exit", (code) => resolve(code ?? 1)));
}
