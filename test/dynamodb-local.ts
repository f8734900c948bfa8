import { spawn } from "node:child_process";
import { startDynamoDbLocal } from "./dynamodb-engine.ts";

// `npm run test:dynamodb-local [-- arguments of vitest]`: the suites that use the table, on AWS's own DynamoDB Local.

const SUITES = ["test/dynamodb", "test/functions", "test/journeys", "test/faults"];

const root = new URL("..", import.meta.url).pathname;

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

function runSuites(TEST_DYNAMODB_ENDPOINT: string, more: string[]): Promise<number> {
  const vitest = spawn(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", ...["run", "--config", "test/vitest.config.ts"], ...SUITES, ...more],
    { cwd: root, env: { ...process.env, TEST_DYNAMODB_ENDPOINT }, stdio: "inherit" },
  );
  process.once("exit", () => vitest.kill());
  return new Promise((resolve) => vitest.once("exit", (code) => resolve(code ?? 1)));
}
