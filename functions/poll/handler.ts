import { loadConfig } from "../../lib/config/config.ts";
import { createServices } from "../../lib/services.ts";
import { createTickHandler } from "./tick.ts";

// The schedule calls this once a minute. A wrong setting stops the cold start here, with all problems in one message.
export const handler = createTickHandler(createServices(await loadConfig()));
