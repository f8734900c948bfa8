import { type Context, Hono, type Next } from "hono";
import type { Services } from "../../../lib/services.ts";
import type { ApiEnv, FindKey } from "../http/authenticate.ts";
import type { RateLimit } from "../http/rate-limit.ts";
import type { Pages } from "./pages.ts";

export interface PageDeps {
  findKey: FindKey;
  limitRate: RateLimit;
}

/** The pages for people. Their code is loaded at the first request for one: no cold start pays. */
export function pageRoutes(services: Services, deps: PageDeps): Hono<ApiEnv> {
  let loaded: Promise<Pages> | undefined;
  const load = async () => (await import("./pages.ts")).createPages(services, deps);
  const page = (name: keyof Pages) => async (c: Context<ApiEnv>) => {
    loaded ??= load();
    return (await loaded)[name](c);
  };
  /** Where programs ask for the same address. */
  const pageForBrowsers = (name: keyof Pages) => async (c: Context<ApiEnv>, next: Next) =>
    prefersHtml(c.req.header("accept")) && c.req.header("authorization") === undefined ? await page(name)(c) : await next();

  return new Hono<ApiEnv>()
    .get("/", pageForBrowsers("jobList"))
    .get("/jobs/:jobId", pageForBrowsers("job"))
    .post("/jobs/:jobId/action", page("runAction"))
    .get("/register", page("registerForm"))
    .post("/register", page("register"))
    .get("/operations", page("operations"))
    .post("/operations/channels/:name/test", page("testChannel"))
    .get("/sign-in", page("signInForm"))
    .post("/sign-in", page("signIn"))
    .post("/sign-out", page("signOut"));
}

/** Whether HTML is named and JSON is not named before it: what says `*` + `/*` keeps getting JSON. */
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
