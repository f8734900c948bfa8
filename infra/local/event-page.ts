import type { Answer } from "./answer.ts";
import { dig } from "./listen.ts";

/** An accepted event: from a webhook with a valid signature, or from the event bus. */
export interface SinkEvent {
  at: number;
  /** `webhook <name>` or `bus <name>`. */
  by: string;
  id: string;
  event: unknown;
}

/** The page of the event sink. It has no script, and shows events only as escaped text. */
export function eventsPage(events: SinkEvent[]): Answer {
  const rows = events.toReversed().map(rowOf).join("\n");
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="2">
<title>Event sink</title>
</head>
<body>
<h1>Event sink</h1>
<p>${events.length} events: webhooks with a valid signature, and events of the event bus. Newest first.</p>
<table border="1" cellpadding="6">
<tr><th>Time</th><th>Received by</th><th>Type</th><th>Summary</th><th>Id</th><th>Event</th></tr>
${rows}
</table>
</body>
</html>
`;
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; base-uri 'none'",
  };
  return { headers, body };
}

/** `demo: fails · 3 · status · failed`. */
export function summaryOf({ event }: SinkEvent): string {
  const job = dig(event, "data", "job", "title") ?? dig(event, "data", "job", "jobId") ?? "";
  const n = dig(event, "data", "transition", "n") ?? "";
  const kind = dig(event, "data", "transition", "kind") ?? "";
  const state = dig(event, "data", "transition", "state") ?? "";
  return [job, n, kind, state].filter((part) => part !== "").join(" · ");
}

function rowOf(received: SinkEvent): string {
  const { at, by, id, event } = received;
  const whole = `<details><summary>JSON</summary><pre>${escaped(JSON.stringify(event, null, 2))}</pre></details>`;
  const cells = [new Date(at).toISOString().slice(11, 19), by, dig(event, "type"), summaryOf(received), id];
  return `<tr>${cells.map((cell) => `<td>${escaped(String(cell))}</td>`).join("")}<td>${whole}</td></tr>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
