import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** One complete request. */
export interface Received {
  method: string;
  /** Path with query. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export type Handler = (request: Received, response: ServerResponse) => void | Promise<void>;

export interface TestServer {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  url: string;
  /** All complete requests so far, in order of arrival. */
  requests: Received[];
  /** Ends every connection, also during a response. */
  close(): Promise<void>;
}

/** Starts a real server on a free port. The caller must close it; `serverForTest` does so itself. */
async function startServer(handler: Handler, options: ServerOptions = {}): Promise<TestServer> {
  const requests: Received[] = [];
  const server = createServer(options, (message, response) => {
    receive(message).then(
      (request) => {
        requests.push(request);
        return handler(request, response);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, close: () => close(server) };
}

/** Returns a server that is closed when the running test ends. */
export async function serverForTest(handler: Handler, options?: ServerOptions): Promise<TestServer> {
  const server = await startServer(handler, options);
  onTestFinished(() => server.close());
  return server;
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

async function receive(message: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString("utf8");
  return { method: message.method ?? "", url: message.url ?? "", headers: message.headers, body };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
