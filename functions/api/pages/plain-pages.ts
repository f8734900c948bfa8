import { html } from "hono/html";
import { FORM_PAGE_STYLE, type Html, layout } from "./layout.ts";
import type { Session } from "./session.ts";

interface SignInView {
  /** Path to redirect to after signing in. */
  to: string;
  /** Whether this is the local stack, which prints a key. */
  isLocal: boolean;
  notice: Html | "";
  isWrong?: boolean;
  /** Present if somebody is signed in and wants to use another key. */
  session?: Session | undefined;
}

export function signInPage({ to, isLocal, notice, isWrong = false, session }: SignInView): Html {
  const main = html`<div class="narrow">
<div class="card">
<h1>Sign in</h1>
<p class="soft">Use an API key of your team. You stay signed in for 12 hours.</p>
${session && html`<p class="soft">You are signed in for the team <b>${session.key.team}</b>.</p>`}
<form method="post" action="/sign-in">
${notice}
<input type="hidden" name="to" value="${to}">
<input name="username" autocomplete="username" value="API key" hidden>
<label for="key">API key</label>
<input id="key" name="key" type="password" autocomplete="current-password" required autofocus
 spellcheck="false" placeholder="sfsjw_…" aria-describedby="hint"${isWrong && html` aria-invalid="true"`}>
<button class="main">Sign in</button>
</form>
<p class="hint soft" id="hint">${isLocal ? LOCAL_KEY : ASK_OPERATORS}</p>
</div>
</div>`;
  return layout({ title: "Sign in", session, style: FORM_PAGE_STYLE, hasTimes: false, main });
}

const LOCAL_KEY = html`Where is the key? <code>npm start</code> printed it in its terminal.`;
const ASK_OPERATORS = html`No key? Ask the operators of this service. They create one with <code>npm run keys</code>.`;

export interface Link {
  href: string;
  text: string;
}

export interface Message {
  title: string;
  detail: string;
  session?: Session | undefined;
  /** Where to go from here. The first one is a button. */
  links: [Link, ...Link[]];
}

export function messagePage({ title, detail, session, links: [first, ...others] }: Message): Html {
  const main = html`<div class="narrow">
<h1>${title}</h1>
<p class="soft">${detail}</p>
<p class="ways">
<a class="button" href="${first.href}">${first.text}</a>
${others.map(({ href, text }) => html`<a href="${href}">${text}</a>`)}
</p>
</div>`;
  return layout({ title, session, style: FORM_PAGE_STYLE, hasTimes: false, main });
}
