import { createHash } from "node:crypto";
import type { Answer } from "./answer.ts";
import { PAGE_STYLE } from "./page-style.ts";

// The layout of the pages of the doubles.

export interface PageLink {
  name: "Jobs" | "Slack" | "Events" | "Cloud";
  url: string;
}

export interface LocalPage {
  name: PageLink["name"];
  /** The other pages of the stack. */
  links: readonly PageLink[];
  /** How much there is, for example "3 events". */
  count: string;
  main: string;
  style?: string;
  status?: number;
}

/**
 * Fetches the page again and updates its lists. Their entries have an id and never change, unless their `data-version` does.
 * Keeps focus and open details. Follows the end of the page if it was in view and the page asks for it.
 */
const SCRIPT = `
const merge = (now, next) => {
  const known = new Map([...now.children].map((child) => [child.id, child]));
  [...next.children].forEach((fresh, index) => {
    const old = known.get(fresh.id);
    const child = old && old.dataset.version === fresh.dataset.version ? old : document.importNode(fresh, true);
    if (child !== now.children[index]) now.insertBefore(child, now.children[index] || null);
  });
  while (now.children.length > next.children.length) now.lastElementChild.remove();
};
const state = document.getElementById("state");
async function update() {
  const answer = await fetch("/", { cache: "no-store", headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const end = document.documentElement;
  const follows = end.querySelector("[data-follow]") && innerHeight + scrollY >= end.scrollHeight - 40;
  for (const list of document.querySelectorAll("[data-live]")) merge(list, page.getElementById(list.id));
  if (follows) scrollTo(0, end.scrollHeight);
  state.textContent = page.getElementById("state").textContent;
}
async function keepUpdating() {
  if (!document.hidden) await update().catch(() => { state.textContent = "The local stack is not running"; });
  setTimeout(keepUpdating, 1500);
}
keepUpdating();
`;

const ICON = `data:image/svg+xml,${encodeURIComponent(
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><circle cx='8' cy='8' r='6' fill='#5067d8'/></svg>",
)}`;

export function localPage({ name, links, count, main, style = "", status = 200 }: LocalPage): Answer {
  const css = `${PAGE_STYLE}${style}`;
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<noscript><meta http-equiv="refresh" content="5"></noscript>
<title>${name} · local sfs-jobwatch</title>
<link rel="icon" href="${ICON}">
<style>${css}</style>
</head>
<body>
<header><div class="wide">
<span class="brand">sfs-jobwatch <small>local stack</small></span>
${navigation(name, links)}
<span id="state" role="status">${escaped(count)}</span>
</div></header>
<main class="wide page">
${main}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
  const policy = [
    "default-src 'none'; base-uri 'none'; connect-src 'self'; form-action 'self'; img-src data:",
    `style-src ${hashOf(css)}; script-src ${hashOf(SCRIPT)}`,
  ].join("; ");
  return { status, headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy }, body };
}

/** Escapes text for an element or a quoted attribute. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function navigation(name: PageLink["name"], links: readonly PageLink[]): string {
  const items = links.map((link) => {
    const current = link.name === name ? ' aria-current="page"' : "";
    return `<a href="${escaped(link.url)}/"${current}>${link.name}</a>`;
  });
  return items.length > 0 ? `<nav aria-label="Pages">${items.join("\n")}</nav>` : "";
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
