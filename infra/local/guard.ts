import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";

/**
 * Blocks websites from a local server. Answers 403 unless the request names this server as its host and comes from a program, from a page of
 * this server, or from a followed link. Must be called after every other listener is in place.
 */
export function guard(server: Server): Server {
  const listeners = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    if (!isAllowed(request)) return refuse(request, response);
    // No local server needs it, and dynalite answers any origin with `Access-Control-Allow-Origin: *`.
    delete request.headers.origin;
    for (const listener of listeners) listener.call(server, request, response);
  });
  return server;
}

function isAllowed(request: IncomingMessage): boolean {
  const host = ownHost(request);
  if (host === undefined || !request.url?.startsWith("/")) return false;
  const { origin, "sec-fetch-site": site } = request.headers;
  if (site !== undefined && site !== "same-origin" && site !== "none" && !isLink(request)) return false;
  // Forms of pages without a referrer send `null`. Then only `sec-fetch-site` shows where they come from.
  return origin === undefined || origin === `http://${host}` || (origin === "null" && site === "same-origin");
}

/** Returns the host that the request names, if it is this server. Rejects names that a website points here (DNS rebinding). */
function ownHost({ headers, rawHeaders, socket }: IncomingMessage): string | undefined {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host");
  const host = headers.host?.toLowerCase() ?? "";
  const names = ["127.0.0.1", "localhost", "[::1]"];
  const own = names.map((name) => `${name}:${socket.localPort}`);
  // Browsers omit port 80.
  if (socket.localPort === 80) own.push(...names);
  return hosts.length === 1 && own.includes(host) ? host : undefined;
}

/** Whether another page opens this one, rather than reads it. */
function isLink({ method, headers }: IncomingMessage): boolean {
  return method === "GET" && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  const port = request.socket.localPort;
  response.writeHead(403, { "content-type": "text/plain; charset=utf-8", connection: "close" });
  response.end(
    `This server answers only programs and its own pages on this machine. Use http://127.0.0.1:${port} or http://localhost:${port}.\n`,
  );
}
