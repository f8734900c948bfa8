import { execFileSync } from "node:child_process";
import { toolLoader } from "./install.ts";

// `npm run check:openapi` checks docs/openapi.json with Redocly's linter.

const DOCUMENT = new URL("../../docs/openapi.json", import.meta.url).pathname;
const REDOCLY = new URL("node_modules/.bin/redocly", import.meta.url).pathname;
const QUIET = { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };

try {
  toolLoader();
  execFileSync(REDOCLY, ["lint", DOCUMENT], { stdio: "inherit", env: { ...process.env, ...QUIET } });
} catch (error) {
  process.stdout.write(`the OpenAPI document does not pass: ${(error as Error).message}\n`);
  process.exit(1);
}
