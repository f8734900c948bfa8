import { readFileSync } from "node:fs";
import type { Answer } from "./answer.ts";
import { escaped, localPage, type PageLink } from "./page.ts";
import { renderHtml } from "./render-html.ts";

/** A message with its number in the channel list. */
export interface NumberedMessage {
  n: number;
  at: number;
  channel: string;
  payload: unknown;
}

/** Shows messages as Slack does, the newest last. Read from disk on each call, so that edits show at the next reload. */
export function slackPage(messages: NumberedMessage[], count: number, startId: string, links: readonly PageLink[]): Answer {
  const articles = messages.map(({ n, at, channel, payload }) => {
    const time = `${new Date(at).toISOString().slice(11, 19)} UTC`;
    return messageHtml({ id: `m-${startId}-${n}`, time, channel, content: renderHtml(payload, at) });
  });
  const none = '<p class="empty" id="none">No messages yet. New ones appear here.</p>';
  const main = `<h1>Slack</h1>
<p class="soft">Each message to a channel, as Slack shows it. Newest last.</p>
<div class="card messages" id="messages" aria-live="polite" data-live data-follow>
${articles.length === 0 ? none : articles.join("\n")}
</div>`;
  const style = `${messageStyle()}\n.messages { padding: .5rem 0; overflow: hidden }`;
  return localPage({ name: "Slack", links, count: count === 1 ? "1 message" : `${count} messages`, main, style });
}

export interface ShownMessage {
  id: string;
  time: string;
  channel: string;
  /** Escaped HTML. */
  content: string;
}

export function messageHtml({ id, time, channel, content }: ShownMessage): string {
  return partOf("template")
    .replace("<article>", () => `<article id="${escaped(id)}">`)
    .replace("<time></time>", () => `<time>${escaped(time)}</time>`)
    .replace('<span class="channel"></span>', () => `<span class="channel">#${escaped(channel)}</span>`)
    .replace('<div class="content"></div>', () => `<div class="content">${content}</div>`);
}

/** The rules for what is inside an element with the class `messages`. */
export function messageStyle(): string {
  return partOf("style");
}

function partOf(tag: "style" | "template"): string {
  const file = readFileSync(new URL("slack-message.html", import.meta.url), "utf8");
  return new RegExp(`<${tag}>(.*?)</${tag}>`, "su").exec(file)?.[1] ?? "";
}
