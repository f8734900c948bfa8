import { type Context, Hono, type Next } from "hono";
import type { Services } from "../../../lib/services.ts";
import type { ApiEnv } from "../http/authenticate.ts";
import type { PageDeps, Pages } from "./pages.ts";

/**
 * Routes of the pages. Their code is loaded on first use, which keeps cold starts fast. `notFound` answers a browser at an unknown path, and
 * returns undefined for a program.
 */
export function pageRoutes(services: Services, deps: PageDeps) {
  let loaded: Promise<Pages> | undefined;
  const load = async () => (await import("./pages.ts")).createPages(services, deps);
  const page = (name: keyof Pages) => async (c: Context<ApiEnv>) => {
    loaded ??= load();
    return (await loaded)[name](c);
  };
  const isBrowser = (c: Context<ApiEnv>) => prefersHtml(c.req.header("accept")) && c.req.header("authorization") === undefined;
  /** For addresses that the API uses too. */
  const pageForBrowsers = (name: keyof Pages) => async (c: Context<ApiEnv>, next: Next) =>
    isBrowser(c) ? await page(name)(c) : await next();
  const notFound = async (c: Context<ApiEnv>) => (isBrowser(c) ? await page("notFound")(c) : undefined);

  const routes = new Hono<ApiEnv>()
    .get("/", pageForBrowsers("jobList"))
    .get("/jobs", async (c, next) => (isBrowser(c) ? c.redirect("/", 303) : await next()))
    .get("/jobs/:jobId", pageForBrowsers("job"))
    .post("/jobs/:jobId/action", page("runAction"))
    .get("/watches", pageForBrowsers("watches"))
    .get("/watches/:watchId", pageForBrowsers("watches"))
    .post("/watches/action", page("runWatchAction"))
    .get("/register", page("registerForm"))
    .post("/register", page("register"))
    .get("/operations", page("operations"))
    .post("/operations/channels/:name/test", page("testChannel"))
    .get("/sign-in", page("signInForm"))
    .post("/sign-in", page("signIn"))
    .post("/sign-out", page("signOut"));
  return { routes, notFound };
}

/** Whether `Accept` names HTML with a higher weight than JSON. A client that accepts everything gets JSON. */
export function prefersHtml(accept = ""): boolean {
  const weights = accept.split(",").map((part) => {
    const [type = "", ...parameters] = part.split(";").map((one) => one.trim().toLowerCase());
    const weight = parameters.find((one) => one.startsWith("q="))?.slice(2) ?? "1";
    return { type, weight: Number(weight) || 0 };
  });
  const weightOf = (...types: string[]) =>
    Math.max(0, ...weights.filter(({ type }) => types.includes(type)).map(({ weight }) => weight));
  return weightOf("text/html", "application/xhtml+xml") > weightOf("application/json", "application/problem+json");
}
