import { Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { faultOf } from "../../lib/fault.ts";
import type { Services } from "../../lib/services.ts";
import { type ApiEnv, createAuthenticate } from "./authenticate.ts";
import { channelRoutes } from "./channels.ts";
import { CORRELATION_HEADER, correlationIdOf } from "./correlation.ts";
import { healthRoutes } from "./health.ts";
import { jobRoutes } from "./jobs.ts";
import { ProblemError, problemResponse } from "./problem.ts";
import { createRateLimit } from "./rate-limit.ts";

/** The HTTP function as a value: all routes, one way in by key and within its team's share, one error boundary. */
export function createApi(services: Services): Hono<ApiEnv> {
  const { table, clock, log } = services;
  const authenticate = createAuthenticate(table, clock.now);
  const limitRate = createRateLimit(services);
  const app = new Hono<ApiEnv>();

  app.use(async (c, next) => {
    c.set("correlationId", correlationIdOf(c.req.header(CORRELATION_HEADER), c.env?.requestContext?.requestId));
    await next();
    c.header(CORRELATION_HEADER, c.get("correlationId"));
  });
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const allow = methods.filter((method) => method !== "HEAD").join(", ");
        const problem = { type: "method-not-allowed", status: 405, detail: `Use one of ${allow}.` } as const;
        return problemResponse(problem, c.get("correlationId"), { Allow: allow });
      },
    }),
  );
  app.use(async (c, next) => {
    await next();
    c.header("Cache-Control", "no-store");
    c.header("X-Content-Type-Options", "nosniff");
  });
  for (const path of ["/jobs/*", "/channels/*"]) {
    app.use(path, async (c, next) => {
      const key = await authenticate(c.req.header("authorization"));
      await limitRate(key.team);
      c.set("key", key);
      await next();
    });
  }

  app.route("/jobs", jobRoutes(services));
  app.route("/channels", channelRoutes(services));
  app.route("/health", healthRoutes(services));

  app.notFound((c) => {
    const detail = "No route has this path; see GET /health and /jobs.";
    return problemResponse({ type: "not-found", status: 404, detail }, c.get("correlationId"));
  });
  app.onError((error, c) => {
    const correlationId = c.get("correlationId");
    if (error instanceof ProblemError) return problemResponse(error.problem, correlationId, error.headers);
    log.error("a request failed", { correlationId, ...faultOf(error) });
    const detail = "Nothing is known to be lost; try again in a moment. A repeated registration doubles nothing.";
    return problemResponse({ type: "unavailable", status: 503, detail }, correlationId, { "Retry-After": "5" });
  });
  return app;
}
