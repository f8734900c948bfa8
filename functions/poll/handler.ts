import { loadConfig } from "../../lib/config/config.ts";
import { createServices } from "../../lib/services.ts";
import { createTickHandler } from "./tick.ts";

// Called by the schedule once a minute. A wrong setting fails the cold start, with all problems in one message.
export const handler = createTickHandler(createServices(await loadConfig()));
