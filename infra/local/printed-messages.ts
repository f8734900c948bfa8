import { type SinkEvent, summaryOf } from "./event-page.ts";
import { dig } from "./listen.ts";
import { renderText } from "./render-text.ts";
import type { SinkMessage } from "./slack-sink.ts";
import { bold, dim } from "./terminal-lines.ts";

export interface PrintedMessages {
  onMessage(message: SinkMessage): void;
  onEvent(event: SinkEvent): void;
  /** Prints what came before the banner. */
  afterBanner(): void;
}

type Print = (line: string) => void;

/** Prints every message as Slack shows it, and a line per event. */
export function printAll(print: Print): PrintedMessages {
  return {
    onMessage({ at, channel, payload }) {
      const text = renderText(payload, { now: at, color: process.stdout.isTTY });
      print(["", `${bold(`#${channel}`)} ${dim(timeOf(at))}`, text].join("\n"));
    },
    onEvent: (event) => print(dim(`${timeOf(event.at)} ${event.by}: ${summaryOf(event)}`)),
    afterBanner: () => undefined,
  };
}

/** Prints only the first success and the first failure, in one line each, so that the link and the key stay on the screen. */
export function printFirst(slackUrl: string, print: Print): PrintedMessages {
  const missing = new Set(["good", "danger"]);
  let held: SinkMessage[] | undefined = [];

  const show = ({ at, channel, payload }: SinkMessage) => {
    const news = outcomesOf(payload).filter((outcome) => missing.delete(outcome));
    if (news.length === 0) return;
    const [headline = ""] = renderText({ text: dig(payload, "text") }, { now: at, width: 1_000 }).split("\n");
    print(`${dim(timeOf(at))} ${bold(`#${channel}`)} ${headline.trim()}`);
    if (missing.size === 0) print(dim(`All messages: ${slackUrl} (npm start -- --verbose prints them here)`));
  };
  return {
    onMessage: (message) => (held === undefined ? show(message) : void held.push(message)),
    onEvent: () => undefined,
    afterBanner() {
      const early = held ?? [];
      held = undefined;
      early.forEach(show);
    },
  };
}

/** A roll-up has the colour of its worst outcome, and names the others in its text. */
function outcomesOf(payload: unknown): string[] {
  const attachments = dig(payload, "attachments");
  const colors = Array.isArray(attachments) ? attachments.map((one) => String(dig(one, "color"))) : [];
  const text = String(dig(payload, "text"));
  return [...colors, ...(/\bfinished\b/i.test(text) ? ["good"] : []), ...(/\bfailed\b/i.test(text) ? ["danger"] : [])];
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
