import { loadConfig } from "../../lib/config/config.ts";
import { createServices } from "../../lib/services.ts";
import { createApi } from "./app.ts";
import { createGatewayHandler } from "./http/gateway.ts";

// API Gateway calls this for every request. A wrong setting fails the cold start with one message that lists every problem.
export const handler = createGatewayHandler(createApi(createServices(await loadConfig())));
