import { createServer, type IncomingMessage } from "node:http";
import { setImmediate } from "node:timers/promises";
import { type Listening, listen } from "../../../infra/local/listen.ts";
import type { Sent } from "../requests.ts";
import type { Target } from "../target.ts";

export interface Bridge extends Listening {
  /** Waits until no request is in progress. Returns the statuses since the last call, including those to disconnected senders. */
  drain(): Promise<number[]>;
}

/** Starts a real HTTP server for the api, which turns requests into events as API Gateway does. */
export async function startBridge(target: Target): Promise<Bridge> {
  let underWay = 0;
  let answered: number[] = [];
  const server = createServer({ keepAlive: false }, async (incoming, response) => {
    const sent = await sentBy(incoming).catch(() => undefined);
    if (!sent) return void response.destroy();
    underWay++;
    const { statusCode = 500, headers = {}, body = "" } = await target.send(sent);
    underWay--;
    answered.push(statusCode);
    response.writeHead(statusCode, headers as Record<string, string>);
    response.end(body);
  });
  // Answers a sender even after it has ended its side.
  Object.assign(server, { httpAllowHalfOpen: true });
  const drain = async () => {
    do await setImmediate();
    while (underWay > 0);
    const statuses = answered;
    answered = [];
    return statuses;
  };
  return { ...(await listen(server, 0, "bridge")), drain };
}

async function sentBy(incoming: IncomingMessage): Promise<Sent> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const [path = "", query = ""] = (incoming.url ?? "").split("?");
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const body = Buffer.concat(chunks).toString("base64");
  return { method: incoming.method ?? "", path, query, headers, isBase64Encoded: true, ...(body && { body }) };
}
