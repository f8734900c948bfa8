import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { type Answer, answerWith, json } from "./answer.ts";
import { eventsPage, type SinkEvent } from "./event-page.ts";
import { guard } from "./guard.ts";
import { dig, type Listening, listen, parseJson } from "./listen.ts";
import type { PageLink } from "./page.ts";

export interface EventSinkOptions {
  port: number;
  now?: () => number;
  /** Webhooks must be signed with it. */
  secret: string;
  onEvent?: (event: SinkEvent) => void;
  /** The pages of the stack; none by default. */
  links?: readonly PageLink[];
}

/** Return undefined to answer as a working receiver. */
export type EventAnswers = (by: string, ids: string[]) => Answer | undefined;

export interface EventSink extends Listening {
  events: SinkEvent[];
  /** Number of requests with an invalid signature. */
  refused: number;
  answer(answers: EventAnswers | undefined): void;
}

const TOLERANCE_SECONDS = 300;
const KEPT = 500;

/** The other destinations besides Slack: a receiver of Standard Webhooks at /webhooks/<name>, and EventBridge's PutEvents at /. */
export async function startEventSink(options: EventSinkOptions): Promise<EventSink> {
  const { secret, now = Date.now, onEvent, links = [] } = options;
  const events: SinkEvent[] = [];
  let scripted: EventAnswers | undefined;

  function take(by: string, id: string, event: unknown): void {
    const received = { at: now(), by, id, event };
    events.push(received);
    if (events.length > KEPT) events.shift();
    onEvent?.(received);
  }

  function webhook(name: string, request: IncomingMessage, body: string): Answer {
    const id = String(request.headers["webhook-id"]);
    if (!isSigned(request, body, secret, now())) {
      sink.refused += 1;
      return { status: 401, body: "bad signature" };
    }
    const own = scripted?.(`webhook ${name}`, [id]);
    if (own === undefined || (own.status ?? 200) < 300) take(`webhook ${name}`, id, parseJson(body));
    return own ?? { status: 204, body: "" };
  }

  function putEvents(body: string): Answer {
    const entries = dig(parseJson(body), "Entries");
    if (!Array.isArray(entries) || entries.length > 10 || body.length > 256 * 1024)
      return json(400, { __type: "ValidationException" });
    const ids = entries.map((entry) => String(dig(parseJson(String(dig(entry, "Detail"))), "id")));
    const bus = `bus ${String(dig(entries[0], "EventBusName"))}`;
    const own = scripted?.(bus, ids);
    const results = dig(own?.body, "Entries");
    const isTaken = (index: number) =>
      own === undefined || (Array.isArray(results) && dig(results[index], "EventId") !== undefined);
    for (const [index, entry] of entries.entries()) {
      if (isTaken(index)) take(bus, ids[index] ?? "", parseJson(String(dig(entry, "Detail"))));
    }
    return own ?? json(200, { FailedEntryCount: 0, Entries: ids.map((id) => ({ EventId: id })) });
  }

  function route(request: IncomingMessage, body: string): Answer {
    const name = /^\/webhooks\/(?<name>[\w-]+)$/.exec(request.url ?? "")?.groups?.name;
    if (request.method === "POST" && name !== undefined) return webhook(name, request, body);
    if (request.headers["x-amz-target"] === "AWSEvents.PutEvents") return putEvents(body);
    if (request.method === "GET" && request.url === "/") return eventsPage(events, links);
    if (request.method === "GET" && request.url === "/events.json") return json(200, { events });
    return { status: 404, body: "not found" };
  }

  const server = createServer((request, response) => answerWith(request, response, (body) => route(request, body)));
  const sink: EventSink = {
    ...(await listen(guard(server), options.port, "event sink", "EVENTS_PORT")),
    events,
    refused: 0,
    answer(answers) {
      scripted = answers;
    },
  };
  return sink;
}

function isSigned({ headers }: IncomingMessage, body: string, secret: string, now: number): boolean {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures } = headers;
  if (!(Math.abs(now / 1_000 - Number(timestamp)) <= TOLERANCE_SECONDS)) return false;
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const expected = Buffer.from(`v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`);
  return String(signatures)
    .split(" ")
    .some((signature) => signature.length === expected.length && timingSafeEqual(Buffer.from(signature), expected));
}
