import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { type Answer, answerWith, json, statusOf } from "./answer.ts";
import { guard } from "./guard.ts";
import { type Listening, listen, parseJson } from "./listen.ts";
import { createMessageRate } from "./message-rate.ts";
import type { PageLink } from "./page.ts";
import { renderHtml } from "./render-html.ts";
import { renderText } from "./render-text.ts";
import { slackErrorOf } from "./slack-limits.ts";
import { slackPage } from "./slack-page.ts";

export interface SinkOptions {
  port: number;
  now?: () => number;
  onMessage?: (message: SinkMessage) => void;
  /** Answers 429 above one message per second, after a short burst. */
  strictRate?: boolean;
  /** Last part of a webhook's path -> channel. Defaults to that part itself. */
  channels?: Record<string, string>;
  /** The pages of the stack; none by default. */
  links?: readonly PageLink[];
}

/** A message in a channel. */
export interface SinkMessage {
  at: number;
  channel: string;
  payload: unknown;
  /** Rendered for a terminal, without colours. */
  rendered: string;
}

/** A request to a webhook, including rejected ones. */
export interface Post {
  at: number;
  channel: string;
  payload: unknown;
  /** 0 if the answer was cut or never sent. */
  status: number;
}

/** `posted`: whether the message appears in the channel. Defaults to true for a status below 300. */
export type SinkAnswer = Answer & { posted?: boolean };

/** Returns undefined to answer as Slack would. `post` counts from 1 since the answers were set. */
export type SinkAnswers = ((post: number, payload: unknown, channel: string) => SinkAnswer | undefined) | SinkAnswer[];

export interface SlackSink extends Listening {
  messages: SinkMessage[];
  posts: Post[];
  /** A list is consumed with one answer per post. `undefined` restores Slack's own answers. */
  answer(answers: SinkAnswers | undefined): void;
}

const WEBHOOK = /^\/services\/T\w+\/B\w+\/(?<token>[\w-]+)$/;
const SHOWN_AT_ONCE = 500;
const SHOWN_ON_PAGE = 100;

export async function startSlackSink(options: SinkOptions): Promise<SlackSink> {
  const now = options.now ?? Date.now;
  const messages: SinkMessage[] = [];
  const posts: Post[] = [];
  const rate = createMessageRate(now);
  const startId = randomBytes(4).toString("hex");
  let scripted: SinkAnswers | undefined;
  let sinceScripted = 0;

  function answerTo(payload: unknown, channel: string): SinkAnswer {
    sinceScripted += 1;
    const own = typeof scripted === "function" ? scripted(sinceScripted, payload, channel) : scripted?.[sinceScripted - 1];
    if (own !== undefined) return { body: "ok", ...own };
    return slackAnswer(payload, options.strictRate ? rate(channel) : 0);
  }

  function take(payload: unknown, channel: string): Answer {
    const { posted, ...answer } = answerTo(payload, channel);
    posts.push({ at: now(), channel, payload, status: statusOf(answer) });
    if (posted ?? (answer.status ?? 200) < 300) {
      const message = { at: now(), channel, payload, rendered: renderText(payload, { now: now() }) };
      messages.push(message);
      options.onMessage?.(message);
    }
    return answer;
  }

  function numbered(after: number, most: number) {
    const from = Math.max(after, messages.length - most, 0);
    return messages.slice(from).map(({ at, channel, payload }, index) => ({ n: from + index + 1, at, channel, payload }));
  }

  function messagesAfter(after: number): Answer {
    const shown = numbered(after, SHOWN_AT_ONCE).map(({ payload, ...one }) => ({ ...one, html: renderHtml(payload, now()) }));
    return json(200, { startId, messages: shown });
  }

  function route(request: IncomingMessage, body: string): Answer {
    const [path = "", query] = (request.url ?? "").split("?");
    const { token } = WEBHOOK.exec(path)?.groups ?? {};
    if (token !== undefined && request.method === "POST") return take(parseJson(body), options.channels?.[token] ?? token);
    if (request.method === "GET" && path === "/")
      return slackPage(numbered(0, SHOWN_ON_PAGE), messages.length, startId, options.links ?? []);
    if (request.method === "GET" && path === "/messages.json") {
      return messagesAfter(Number(new URLSearchParams(query).get("after")) || 0);
    }
    return { status: 404, headers: { "content-type": "text/html" }, body: "no_service" };
  }

  const server = createServer((request, response) => answerWith(request, response, (body) => route(request, body)));
  return {
    ...(await listen(guard(server), options.port, "Slack sink", "SLACK_PORT")),
    messages,
    posts,
    answer(answers) {
      scripted = answers;
      sinceScripted = 0;
    },
  };
}

/** Answers as Slack does. `waitSeconds`: how long the channel's rate limit lasts, 0 if it is not reached. */
function slackAnswer(payload: unknown, waitSeconds: number): SinkAnswer {
  if (waitSeconds > 0) {
    return json(429, { retry_after: waitSeconds, ok: false, error: "rate_limited" }, { "retry-after": String(waitSeconds) });
  }
  const error = slackErrorOf(payload);
  return { status: error === undefined ? 200 : 400, headers: { "content-type": "text/html" }, body: error ?? "ok" };
}
