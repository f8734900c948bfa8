import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { type DisplayStatus, truncate } from "./display-text.ts";
import { FORM_STYLE } from "./form-style.ts";
import { faviconOf, ICONS } from "./icons.ts";
import { JOB_LIST_STYLE } from "./job-list-style.ts";
import { JOB_STYLE } from "./job-style.ts";
import { LIVE_SCRIPT } from "./live-script.ts";
import { OVERVIEW_STYLE } from "./overview-style.ts";
import type { Session } from "./session.ts";
import { STYLE } from "./style.ts";

export type Html = ReturnType<typeof html>;

export interface Page {
  title: string;
  /** Absent if nobody has signed in. */
  session?: Session | undefined;
  at?: "jobList" | "watches" | "register" | "operations" | "docs";
  /** The style sheet, by default the one of all pages. */
  style?: string;
  /** Whether the page shows times; true by default. */
  hasTimes?: boolean;
  /** Refreshes the elements with `data-live` every few seconds. */
  live?: boolean;
  /** Of the job that the page is about: shown by the icon of the tab. */
  status?: DisplayStatus;
  main: Html;
}

/** The style sheet of pages with a form, and of plain pages. Job pages are smaller without it. */
export const FORM_PAGE_STYLE = `${STYLE}${FORM_STYLE}`;
/** The style sheet of the page of one job. */
export const JOB_PAGE_STYLE = `${STYLE}${JOB_STYLE}`;

/** The style sheet of the job list. */
export const JOB_LIST_PAGE_STYLE = `${STYLE}${JOB_LIST_STYLE}`;

/** The style sheets of /operations and /watches. */
export const OPERATIONS_PAGE_STYLE = `${STYLE}${OVERVIEW_STYLE}`;
export const WATCHES_PAGE_STYLE = `${FORM_PAGE_STYLE}${OVERVIEW_STYLE}`;

const STYLES = [STYLE, FORM_PAGE_STYLE, JOB_PAGE_STYLE, JOB_LIST_PAGE_STYLE, OPERATIONS_PAGE_STYLE, WATCHES_PAGE_STYLE];

export const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Allows only our own style and script. Forbids frames, and scripts that write HTML. */
export const PAGE_HEADERS = {
  "Content-Security-Policy": [
    "default-src 'none'",
    `style-src ${STYLES.map(hashOf).join(" ")}`,
    `script-src ${hashOf(LIVE_SCRIPT)}`,
    "connect-src 'self'",
    "img-src data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  Vary: "Accept",
};

export function layout(page: Page): Html {
  const { title, session, at, live = false, style = STYLE, hasTimes = true, status, main } = page;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · sfs-jobwatch</title>
<link rel="icon" href="${raw(faviconOf(status))}" id="favicon">
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
${raw(ICONS)}
<header class="top">
<div class="wide"><a class="brand" href="/">sfs-jobwatch</a>${topOf(session, at)}</div>
</header>
<main id="main" class="wide">${main}</main>
<footer class="wide">
<span>${hasTimes && "Times are UTC"}${live && html`<span id="live"> · <a href="">Refresh</a></span>`}</span>
<span><a href="/docs">API reference</a> · <a href="/docs#command-line">Command line</a></span>
</footer>
${live && html`<script>${raw(LIVE_SCRIPT)}</script>`}
</body>
</html>`;
}

/** The API reference knows no session, so it links to the pages that every team has. */
function topOf(session: Session | undefined, at: Page["at"]): Html | "" {
  if (session) return navigation(session, at);
  if (at !== "docs") return "";
  return html`<nav aria-label="Pages">
<a href="/">Jobs</a>
<a href="/watches">Watches</a>
<a href="/register">Register</a>
</nav>`;
}

function navigation({ key, formToken }: Session, at: Page["at"]): Html {
  const link = (name: Page["at"], href: string, words: string) =>
    html`<a href="${href}"${at === name ? raw(' aria-current="page"') : ""}>${words}</a>`;
  return html`<nav aria-label="Pages">
${link("jobList", "/", "Jobs")}
${link("watches", "/watches", "Watches")}
${!key.readOnly && link("register", "/register", "Register")}
${key.operator && link("operations", "/operations", "Operations")}
</nav>
<form class="account" method="post" action="/sign-out">
<input type="hidden" name="token" value="${formToken}">
<span>Team <b>${truncate(key.team, 40)}</b></span>
<button class="quiet">Sign out</button>
</form>`;
}
