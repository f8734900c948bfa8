import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Services } from "../../../lib/services.ts";
import { errorFields } from "../../../lib/shared/error-fields.ts";
import type { ApiEnv } from "../http/authenticate.ts";
import { ProblemError, problemBody } from "../http/problem.ts";
import type { Notice } from "./job-actions.ts";
import { type Html, PAGE_HEADERS } from "./layout.ts";
import type { PageDeps } from "./page-routes.ts";
import { messagePage } from "./plain-pages.ts";
import type { Session, Sessions } from "./session.ts";

type PageContext = Context<ApiEnv>;
type Handler = (c: PageContext) => Promise<Response>;

export interface Guard {
  /** A page for anybody. */
  open(handler: Handler): Handler;
  /** A page for whoever has signed in, within the team's share of requests; others are asked to sign in. */
  signedIn(handler: (c: PageContext, session: Session) => Promise<Response>): Handler;
  /** What a form sent that stands on a page of this very session. */
  sent(handler: (c: PageContext, session: Session, form: URLSearchParams) => Promise<Response>): Handler;
  formOf(c: PageContext): Promise<URLSearchParams>;
}

const NO_PAGES = "SIGNING_SECRET is not set, so there are no pages here. The API works all the same.";
const STRANGE_FORM = "This form is not from a page of yours that is still good. Go back, reload the page, and try again.";

export function guardPages({ config, log }: Services, { limitRate }: PageDeps, sessions: Sessions): Guard {
  const open: Guard["open"] = (handler) => async (c) => {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
    if (config.signingSecret === undefined) return answer(c, messagePage("The pages are off", NO_PAGES), 404);
    try {
      return await handler(c);
    } catch (error) {
      if (error instanceof ProblemError) return refused(c, error, await sessions.read(c));
      log.error("a page failed", { correlationId: c.get("correlationId"), ...errorFields(error) });
      return answer(c, messagePage("Not available for a moment", "Nothing is known to be lost. Try again in a moment."), 503);
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
          throw new ProblemError({ type: "forbidden", status: 403, detail: STRANGE_FORM });
        return await handler(c, session, form);
      }),
    formOf,
  };
}

export function answer(c: Context, page: Html, status: ContentfulStatusCode = 200): Response | Promise<Response> {
  return c.html(page, status);
}

/** See the page again, with a word on what came of it. */
export function withNotice(c: Context, path: string, notice: Notice): Response {
  return c.redirect(`${path}${path.includes("?") ? "&" : "?"}notice=${notice}`, 303);
}

async function formOf(c: PageContext): Promise<URLSearchParams> {
  if (c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase() !== "application/x-www-form-urlencoded")
    throw new ProblemError({ type: "unsupported-media-type", status: 415, detail: "Send the form of a page." });
  return new URLSearchParams(await c.req.text());
}

function askToSignIn(c: PageContext): Response {
  const { pathname, search } = addressOf(c);
  return toSignIn(c, pathname + search);
}

/** Nothing of what was sent is done; after signing in, the page of the form is shown again. */
function askToSendAgain(c: PageContext): Response {
  const { pathname, search } = addressOf(c);
  if (pathname === "/sign-out") return toSignIn(c, "/");
  return toSignIn(c, pathname.replace(/\/(action|channels\/[^/]+\/test)$/, "") + search, "signed-out");
}

/** The address of a request without the signed link that can stand in it. */
function addressOf(c: PageContext): URL {
  const url = new URL(c.req.url);
  url.searchParams.delete("link");
  return url;
}

function toSignIn(c: PageContext, to: string, notice?: Notice): Response {
  const query = new URLSearchParams({ ...(to !== "/" && { to }), ...(notice && { notice }) });
  return c.redirect(query.size > 0 ? `/sign-in?${query}` : "/sign-in", 303);
}

function refused(c: PageContext, { problem, headers }: ProblemError, session: Session | undefined) {
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  const words = problem.type === "unknown-job" ? "Your team has registered no such job." : problem.detail;
  return answer(c, messagePage(problemBody(problem).title, words, session), problem.status);
}
