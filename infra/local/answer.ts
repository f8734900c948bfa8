import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "./listen.ts";

/** A double's answer to one request. */
export interface Answer {
  /** Defaults to 200. */
  status?: number;
  headers?: Record<string, string>;
  /** A string is sent unchanged, everything else as JSON. */
  body?: unknown;
  /** Cuts the connection before the answer, or in the middle of its body. */
  cut?: "before" | "midway";
  /** Never answers. The connection stays open until the double is closed. */
  hang?: boolean;
  delayMs?: number;
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers, body };
}

export function html(status: number, title: string): Answer {
  const head = `<head><title>${title}</title></head>`;
  const body = `<html>\r\n${head}\r\n<body><center><h1>${title}</h1></center></body>\r\n</html>\r\n`;
  return { status, headers: { "content-type": "text/html" }, body };
}

/** The status to record: 0 for an answer that is not sent completely. */
export function statusOf(answer: Answer): number {
  return answer.cut !== undefined || answer.hang === true ? 0 : (answer.status ?? 200);
}

/** Answers a request after reading its whole body. An aborted request gets no answer. */
export async function answerWith(
  request: IncomingMessage,
  response: ServerResponse,
  route: (body: string) => Answer,
  headers: Record<string, string> = {},
): Promise<void> {
  const answer = await readBody(request).then(route, (): Answer => ({ cut: "before" }));
  send(response, answer, headers);
}

function send(response: ServerResponse, answer: Answer, headers: Record<string, string> = {}): void {
  if (answer.hang) return;
  if (answer.delayMs === undefined) write(response, answer, headers);
  else setTimeout(() => write(response, answer, headers), answer.delayMs).unref();
}

function write(response: ServerResponse, answer: Answer, headers: Record<string, string>): void {
  if (answer.cut === "before") {
    response.destroy();
    return;
  }
  const isText = typeof answer.body === "string";
  const body = Buffer.from(isText ? String(answer.body) : JSON.stringify(answer.body ?? {}));
  const type = isText ? "text/plain; charset=utf-8" : "application/json";
  response.writeHead(answer.status ?? 200, {
    "content-type": type,
    "content-length": String(body.length),
    ...headers,
    ...answer.headers,
  });
  if (answer.cut === "midway") response.write(body.subarray(0, body.length >> 1), () => response.destroy());
  else response.end(body);
}
