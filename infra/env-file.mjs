import "./node-version.mjs";
import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";

// Loaded first by the scripts of package.json that read settings: takes them from `.env`. The variables of the shell take precedence.

const named = process.env.ENV_FILE;
const file = named ?? ".env";
if (existsSync(file)) {
  const settings = parseEnv(readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
  for (const [name, value] of Object.entries(settings)) process.env[name] ??= value;
} else if (named) {
  console.error(`ENV_FILE names ${named}, which does not exist.`);
  process.exit(65);
}
