import { html } from "hono/html";
import { type Html, layout } from "./layout.ts";
import type { Session } from "./session.ts";

interface SignInView {
  /** Path to redirect to after signing in. */
  to: string;
  notice: Html | "";
  isWrong?: boolean;
}

export function signInPage({ to, notice, isWrong = false }: SignInView): Html {
  const main = html`<div class="narrow">
<div class="card">
<h1>Sign in</h1>
<p class="soft">Use an API key of your team. Ask the operators if you have none. You stay signed in for 12 hours.</p>
<form method="post" action="/sign-in">
${notice}
<input type="hidden" name="to" value="${to}">
<label for="key">API key</label>
<input id="key" name="key" type="password" autocomplete="current-password" required autofocus
 spellcheck="false"${isWrong && html` aria-invalid="true"`}>
<button class="main">Sign in</button>
</form>
</div>
</div>`;
  return layout({ title: "Sign in", main });
}

export function messagePage(title: string, detail: string, session?: Session): Html {
  const main = html`<div class="narrow">
<h1>${title}</h1>
<p class="soft">${detail}</p>
<p><a href="/">All jobs</a></p>
</div>`;
  return layout({ title, session, main });
}
