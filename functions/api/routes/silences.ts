import { type Context, Hono } from "hono";
import type { Services } from "../../../lib/services.ts";
import type { ApiEnv } from "../http/authenticate.ts";

/** Routes of a team's silences. Their code is loaded on first use. */
export function silenceRoutes(services: Services): Hono<ApiEnv> {
  const handle = (name: keyof typeof import("./silence-handlers.ts")) => async (c: Context<ApiEnv>) =>
    (await import("./silence-handlers.ts"))[name](services, c);
  return new Hono<ApiEnv>()
    .post("/", handle("postSilence"))
    .get("/", handle("listSilences"))
    .delete("/:silenceId", handle("deleteSilence"));
}
