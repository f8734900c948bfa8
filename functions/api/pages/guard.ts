import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Services } from "../../../lib/services.ts";
import { errorFields } from "../../../lib/shared/error-fields.ts";
import type { ApiEnv } from "../http/authenticate.ts";
import { type Problem, ProblemError, problemBody } from "../http/problem.ts";
import type { RateLimit } from "../http/rate-limit.ts";
import type { Notice } from "./job-actions.ts";
import { type Html, PAGE_HEADERS } from "./layout.ts";
import { type Message, messagePage } from "./plain-pages.ts";
import type { Session, Sessions } from "./session.ts";

type PageContext = Context<ApiEnv>;
type Handler = (c: PageContext) => Promise<Response>;

export interface Guard {
  /** A page that needs no session. */
  open(handler: Handler): Handler;
  /** A page that needs a session, and counts against the team's rate limit. Redirects to the sign-in page without a session. */
  signedIn(handler: (c: PageContext, session: Session) => Promise<Response>): Handler;
  /** A form post. Throws 403 unless the form comes from a page of this session. */
  sent(handler: (c: PageContext, session: Session, form: URLSearchParams) => Promise<Response>): Handler;
  formOf(c: PageContext): Promise<URLSearchParams>;
}

const PAGES_DISABLED = messagePage({
  title: "Pages are disabled",
  detail: "SIGNING_SECRET is not set, so the pages are disabled. The API is not affected.",
  links: [{ href: "/docs", text: "API reference" }],
});
const ALL_JOBS = { href: "/", text: "All jobs" };
const FOREIGN_FORM = "This form does not belong to your current session. Go back, reload the page and try again.";

export function guardPages({ config, log }: Services, limitRate: RateLimit, sessions: Sessions): Guard {
  const open: Guard["open"] = (handler) => async (c) => {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
    if (config.signingSecret === undefined) return answer(c, PAGES_DISABLED, 404);
    try {
      return await handler(c);
    } catch (error) {
      if (error instanceof ProblemError) return problemPage(c, error, await sessions.read(c));
      log.error("a page failed", { correlationId: c.get("correlationId"), ...errorFields(error) });
      const detail = "A part of the service does not respond. Try again in a moment.";
      return answer(c, messagePage({ title: "Temporarily unavailable", detail, links: [tryAgain(c), ALL_JOBS] }), 503);
    }
  };

  const enter = async (c: PageContext) => {
    const session = await sessions.read(c);
    if (!session) return undefined;
    await limitRate(session.key.team);
    c.set("key", session.key);
    return session;
  };

  return {
    open,
    signedIn: (handler) =>
      open(async (c) => {
        const session = await enter(c);
        return session ? await handler(c, session) : askToSignIn(c);
      }),
    sent: (handler) =>
      open(async (c) => {
        const form = await formOf(c);
        const session = await enter(c);
        if (!session) return askToSendAgain(c);
        if (!sessions.isSameOrigin(c) || !sessions.isOwnForm(c, form.get("token") ?? ""))
          throw new ProblemError({ type: "forbidden", status: 403, detail: FOREIGN_FORM });
        return await handler(c, session, form);
      }),
    formOf,
  };
}

export function answer(c: Context, page: Html, status: ContentfulStatusCode = 200): Response | Promise<Response> {
  return c.html(page, status);
}

/** Redirects to a page that shows a notice. */
export function withNotice(c: Context, path: string, notice: Notice): Response {
  return c.redirect(`${path}${path.includes("?") ? "&" : "?"}notice=${notice}`, 303);
}

async function formOf(c: PageContext): Promise<URLSearchParams> {
  if (c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase() !== "application/x-www-form-urlencoded")
    throw new ProblemError({
      type: "unsupported-media-type",
      status: 415,
      detail: "Send a form as `application/x-www-form-urlencoded`.",
    });
  return new URLSearchParams(await c.req.text());
}

function askToSignIn(c: PageContext): Response {
  const { pathname, search } = addressOf(c);
  return toSignIn(c, pathname + search);
}

/** Discards the form and redirects to the sign-in page, which returns to the page of the form. */
function askToSendAgain(c: PageContext): Response {
  const { pathname, search } = addressOf(c);
  if (pathname === "/sign-out") return toSignIn(c, "/");
  return toSignIn(c, pageOfForm(pathname) + search, "signed-out");
}

/** Returns the request's address without its signed link. */
function addressOf(c: PageContext): URL {
  const url = new URL(c.req.url);
  url.searchParams.delete("link");
  return url;
}

function pageOfForm(pathname: string): string {
  return pathname.replace(/\/(action|channels\/[^/]+\/test)$/, "");
}

function toSignIn(c: PageContext, to: string, notice?: Notice): Response {
  return c.redirect(signInPath(to, notice && { notice }), 303);
}

function signInPath(to: string, more: Record<string, string> = {}): string {
  const query = new URLSearchParams({ ...(to !== "/" && { to }), ...more });
  return query.size > 0 ? `/sign-in?${query}` : "/sign-in";
}

function problemPage(c: PageContext, { problem, headers }: ProblemError, session: Session | undefined) {
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  const detail = problem.type === "unknown-job" ? "Your team has not registered this job." : problem.detail;
  const message = { title: problemBody(problem).title, detail, session, links: linksAfter(c, problem, session) };
  return answer(c, messagePage(message), problem.status);
}

/** Returns where to go from an error page. */
function linksAfter(c: PageContext, { status, type }: Problem, session: Session | undefined): Message["links"] {
  const { pathname, search } = addressOf(c);
  const to = c.req.method === "GET" ? pathname + search : "/";
  if (status === 429 || status === 503) return [tryAgain(c), ALL_JOBS];
  if (!session) return [{ href: signInPath(to), text: "Sign in" }];
  if (status !== 403 && status !== 404) return [ALL_JOBS];
  const register = type === "unknown-job" && !session.key.readOnly ? [{ href: "/register", text: "Register a job" }] : [];
  return [ALL_JOBS, ...register, { href: signInPath(to, { other: "key" }), text: "Use another key" }];
}

/** A form that failed is not repeated. Its page is opened again. */
function tryAgain(c: PageContext): Message["links"][0] {
  const { pathname, search } = new URL(c.req.url);
  return { href: pageOfForm(pathname) + search, text: "Try again" };
}
