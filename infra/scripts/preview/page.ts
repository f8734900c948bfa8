import { readFileSync } from "node:fs";
import { renderHtml } from "../../local/render-html.ts";
import { READ_AT } from "./samples.ts";

export interface Shown {
  channel: string;
  payload: unknown;
}

/** Returns the local Slack page with these messages as one file without scripts. */
export function previewPage(messages: Shown[]): string {
  const page = readFileSync(new URL("../../local/slack-page.html", import.meta.url), "utf8");
  const style = inside("style", page);
  const article = inside("template", page);
  const articles = messages.map(({ channel, payload }) =>
    article
      .replace("<time></time>", "<time>18:02</time>")
      .replace('<span class="channel"></span>', `<span class="channel">#${channel}</span>`)
      .replace('<div class="content"></div>', () => `<div class="content">${renderHtml(payload, READ_AT)}</div>`),
  );
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Preview</title><style>${style}main { padding: 2px 0 6px; }</style></head><body><main>${articles.join("")}</main></body></html>\n`;
}

function inside(tag: string, page: string): string {
  return new RegExp(`<${tag}>(.*?)</${tag}>`, "su").exec(page)?.[1] ?? "";
}
