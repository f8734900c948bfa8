import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Answer } from "./answer.ts";

/** The page at the sink's port. Read at each call: who mends it sees that at the next reload. */
export function pageAnswer(): Answer {
  const page = readFileSync(new URL("slack-page.html", import.meta.url), "utf8");
  const policy = `default-src 'none'; connect-src 'self'; base-uri 'none'; style-src ${hashOf("style", page)}; script-src ${hashOf("script", page)}`;
  return { headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy }, body: page };
}

/** The page's own script and style alone count: nothing that a message brings with it. */
function hashOf(tag: string, page: string): string {
  const content = new RegExp(`<${tag}>(.*?)</${tag}>`, "su").exec(page)?.[1] ?? "";
  return `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
}
