import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { toolLoader } from "./install.ts";

// `npm run check:openapi` checks docs/openapi.json with Redocly's linter.

const DOCUMENT = fileURLToPath(new URL("../../docs/openapi.json", import.meta.url));
const REDOCLY = fileURLToPath(new URL("node_modules/.bin/redocly", import.meta.url));
const QUIET = { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };

try {
  toolLoader();
  execFileSync(REDOCLY, ["lint", DOCUMENT], { stdio: "inherit", env: { ...process.env, ...QUIET } });
} catch (error) {
  process.stdout.write(`the OpenAPI document does not pass: ${(error as Error).message}\n`);
  process.exit(1);
}
