import { buildMessage } from "../../../lib/adapters/slack/message.ts";
import { renderHtml } from "../../local/render-html.ts";
import { messageHtml, messageStyle } from "../../local/slack-page.ts";
import { READ_AT, SAMPLES } from "./samples.ts";

export interface Shown {
  channel: string;
  payload: unknown;
}

/** Builds the sample message of a kind. */
export function messageOf(kind: string): Shown {
  const { channel = "", notifications = [], meta, setting } = SAMPLES[kind] ?? {};
  const [{ notificationId = "test" } = {}, ...others] = notifications;
  const id = others.length === 0 ? notificationId : `${notificationId}+${others.length}`;
  return { channel, payload: buildMessage(notifications, { id, mayRepeat: false, plain: false, ...meta }, setting) };
}

const STYLE = `
:root { color-scheme: light dark; background: var(--page) }
* { box-sizing: border-box }
body { margin: 0 }
main { max-width: 860px; margin: 0 auto; padding: 2px 0 6px }
`;

/** Returns messages as the local Slack page shows them, as one file without scripts. */
export function previewPage(messages: Shown[]): string {
  const articles = messages.map(({ channel, payload }, index) =>
    messageHtml({ id: `m-${index}`, time: "18:02", channel, content: renderHtml(payload, READ_AT) }),
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Preview</title><style>${STYLE}${messageStyle()}</style></head>
<body><main class="messages">${articles.join("")}</main></body>
</html>
`;
}
