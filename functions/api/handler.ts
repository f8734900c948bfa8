import { handle } from "hono/aws-lambda";
import { loadConfig } from "../../lib/config.ts";
import { createServices } from "../../lib/services.ts";
import { createApi } from "./app.ts";

// API Gateway calls this for every request. A wrong setting stops the cold start here, with all problems in one message.
export const handler = handle(createApi(createServices(await loadConfig())));
