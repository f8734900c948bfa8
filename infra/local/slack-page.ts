import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Answer } from "./answer.ts";

/** The page at the sink's port. Read from disk on each call, so that edits show at the next reload. */
export function pageAnswer(): Answer {
  const page = readFileSync(new URL("slack-page.html", import.meta.url), "utf8");
  const policy = `default-src 'none'; connect-src 'self'; base-uri 'none'; style-src ${hashOf("style", page)}; script-src ${hashOf("script", page)}`;
  return { headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy }, body: page };
}

/** Hash for the page's own script or style, so that the policy blocks anything a message contains. */
function hashOf(tag: string, page: string): string {
  const content = new RegExp(`<${tag}>(.*?)</${tag}>`, "su").exec(page)?.[1] ?? "";
  return `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
}
