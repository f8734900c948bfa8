import type { Context } from "hono";
import { html } from "hono/html";
import type { ApiEnv } from "../http/authenticate.ts";
import { ProblemError } from "../http/problem.ts";
import { answer, type Guard } from "./guard.ts";
import { noticeBox } from "./job-actions.ts";
import { signInPage } from "./plain-pages.ts";
import type { Sessions } from "./session.ts";

const WRONG_KEY = "This key is unknown, expired or revoked. Check it, or ask the operators for a new one.";

export async function showSignIn(c: Context<ApiEnv>, sessions: Sessions, isLocal: boolean): Promise<Response> {
  const to = ownPath(c.req.query("to"));
  const session = await sessions.read(c);
  if (session && c.req.query("other") === undefined) return c.redirect(to, 303);
  return answer(c, signInPage({ to, isLocal, notice: noticeBox(c.req.query("notice")), session }));
}

export async function signIn(c: Context<ApiEnv>, sessions: Sessions, { formOf }: Guard, isLocal: boolean): Promise<Response> {
  if (!sessions.isSameOrigin(c))
    throw new ProblemError({ type: "forbidden", status: 403, detail: "Sign in on the sign-in page of this site." });
  const form = await formOf(c);
  const to = ownPath(form.get("to") ?? undefined);
  const cookie = await sessions.open(form.get("key")?.trim() ?? "");
  if (cookie === undefined) {
    const notice = html`<p class="note" role="alert">${WRONG_KEY}</p>`;
    return answer(c, signInPage({ to, isLocal, notice, isWrong: true, session: await sessions.read(c) }), 401);
  }
  c.header("Set-Cookie", cookie);
  return c.redirect(to, 303);
}

/** Returns a path of this site; the job list for any other address. */
function ownPath(to = "/"): string {
  const base = "https://own.invalid";
  const url = URL.parse(to, base);
  return url?.origin === base && to.startsWith("/") ? `${url.pathname.replace(/^\/+/, "/")}${url.search}` : "/";
}
