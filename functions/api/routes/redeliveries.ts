import { Hono } from "hono";
import type { Services } from "../../../lib/services.ts";
import type { ApiEnv } from "../http/authenticate.ts";

/** Redelivers for a whole team. Rarely used, so its code is loaded on first use. */
export function redeliveryRoutes(services: Services): Hono<ApiEnv> {
  return new Hono<ApiEnv>().post("/", async (c) => (await import("./redeliver-handler.ts")).redeliverSince(services, c));
}
