import { existsSync } from "node:fs";

// Loaded first by the scripts of package.json: reads the settings in `.env`. The variables of the shell take precedence.

const file = process.env.ENV_FILE ?? ".env";
if (existsSync(file)) process.loadEnvFile(file);
