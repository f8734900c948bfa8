import { Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import type { Services } from "../../lib/services.ts";
import { errorFields } from "../../lib/shared/error-fields.ts";
import { type ApiEnv, createAuthenticate, createFindKey } from "./http/authenticate.ts";
import { CORRELATION_HEADER, correlationIdOf } from "./http/correlation.ts";
import { EVERY_ANSWER, noSuchPath, ProblemError, problemResponse, unavailable } from "./http/problem.ts";
import { createRateLimit } from "./http/rate-limit.ts";
import { pageRoutes } from "./pages/page-routes.ts";
import { referenceRoutes } from "./routes/api-reference.ts";
import { channelRoutes } from "./routes/channels.ts";
import { healthRoutes } from "./routes/health.ts";
import { jobActionRoutes } from "./routes/job-actions.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { redeliveryRoutes } from "./routes/redeliveries.ts";
import { registrationRoutes } from "./routes/registrations.ts";
import { silenceRoutes } from "./routes/silences.ts";
import { watchRoutes } from "./routes/watches.ts";

/** Builds the HTTP application: all routes, authentication, rate limit and the error boundary. */
export function createApi(services: Services): Hono<ApiEnv> {
  const { table, clock, log, metrics } = services;
  const findKey = createFindKey(table, clock.now);
  const authenticate = createAuthenticate(findKey);
  const limitRate = createRateLimit(services);
  const app = new Hono<ApiEnv>();

  app.use(async (c, next) => {
    c.set("correlationId", correlationIdOf(c.req.header(CORRELATION_HEADER), c.env?.requestContext?.requestId));
    await next();
    c.header(CORRELATION_HEADER, c.get("correlationId"));
    metrics.flush();
  });
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const allow = methods.filter((method) => method !== "HEAD").join(", ");
        const problem = { type: "method-not-allowed", status: 405, detail: `This path supports only ${allow}.` } as const;
        return problemResponse(problem, c.get("correlationId"), { Allow: allow });
      },
    }),
  );
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(EVERY_ANSWER)) c.header(name, value);
  });
  const pages = pageRoutes(services, { findKey, limitRate });
  app.route("/", pages.routes);
  for (const path of ["/jobs/*", "/watches/*", "/channels/*", "/redeliver", "/silences/*"]) {
    app.use(path, async (c, next) => {
      const key = await authenticate(c.req.header("authorization"));
      await limitRate(key.team);
      c.set("key", key);
      c.set("charge", (requests) => limitRate(key.team, requests));
      await next();
    });
  }

  app.route("/jobs", registrationRoutes(services));
  app.route("/jobs", jobRoutes(services));
  app.route("/jobs", jobActionRoutes(services));
  app.route("/watches", watchRoutes(services));
  app.route("/silences", silenceRoutes(services));
  app.route("/redeliver", redeliveryRoutes(services));
  app.route("/channels", channelRoutes(services));
  app.route("/health", healthRoutes(services));
  app.route("/", referenceRoutes());

  app.notFound(async (c) => (await pages.notFound(c)) ?? problemResponse(noSuchPath().problem, c.get("correlationId")));
  app.onError((error, c) => {
    const correlationId = c.get("correlationId");
    if (error instanceof ProblemError) return problemResponse(error.problem, correlationId, error.headers);
    log.error("a request failed", { correlationId, ...errorFields(error) });
    const { problem, headers } = unavailable();
    return problemResponse(problem, correlationId, headers);
  });
  return app;
}
