import { writeFileSync } from "node:fs";
import { buildDocument } from "./build.ts";

// `npm run openapi`
writeFileSync(new URL("../../docs/openapi.json", import.meta.url), await buildDocument());
