import type { Context } from "hono";
import { html } from "hono/html";
import type { ApiEnv } from "../http/authenticate.ts";
import { ProblemError } from "../http/problem.ts";
import { answer, type Guard } from "./guard.ts";
import { signInPage } from "./plain-pages.ts";
import type { Sessions } from "./session.ts";

const WRONG_KEY = "This key is not known, has run out or was revoked.";

export async function signIn(c: Context<ApiEnv>, sessions: Sessions, { formOf }: Guard): Promise<Response> {
  if (!sessions.isSameOrigin(c))
    throw new ProblemError({ type: "forbidden", status: 403, detail: "Sign in from this site's own page." });
  const form = await formOf(c);
  const to = ownPath(form.get("to") ?? undefined);
  const cookie = await sessions.open(form.get("key")?.trim() ?? "");
  if (cookie === undefined)
    return answer(c, signInPage({ to, notice: html`<p class="note" role="alert">${WRONG_KEY}</p>`, isWrong: true }), 401);
  c.header("Set-Cookie", cookie);
  return c.redirect(to, 303);
}

/** A path of this site: the board for whatever else is asked for. */
export function ownPath(to = "/"): string {
  const base = "https://own.invalid";
  const url = URL.parse(to, base);
  return url?.origin === base && to.startsWith("/") ? `${url.pathname.replace(/^\/+/, "/")}${url.search}` : "/";
}
