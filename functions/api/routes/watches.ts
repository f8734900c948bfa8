import { type Context, Hono } from "hono";
import type { Services } from "../../../lib/services.ts";
import type { ApiEnv } from "../http/authenticate.ts";

/** Routes of project watches. Their code is loaded on first use, which keeps cold starts fast. */
export function watchRoutes(services: Services): Hono<ApiEnv> {
  const handle = (name: keyof typeof import("./watch-handlers.ts")) => async (c: Context<ApiEnv>) =>
    (await import("./watch-handlers.ts"))[name](services, c);
  return new Hono<ApiEnv>()
    .post("/", handle("postWatch"))
    .get("/", handle("listWatches"))
    .get("/:watchId", handle("showWatch"))
    .delete("/:watchId", handle("deleteWatch"));
}
