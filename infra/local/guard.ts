import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";

/**
 * Closes a local server to websites: 403 unless the request names this very server as its host and comes from a program, from a page
 * of this server, or from somebody who follows a link. Call it after every other listener is in place.
 */
export function guard(server: Server): Server {
  const listeners = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    if (!isAllowed(request)) return refuse(request, response);
    // No server here needs it, and dynalite answers every origin with `Access-Control-Allow-Origin: *`.
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
  // Pages that name no referrer send `null` with their forms: then only the browser can say where they come from.
  return origin === undefined || origin === `http://${host}` || (origin === "null" && site === "same-origin");
}

/** The host that the request names, if it is this server. A name that another website made point here (DNS rebinding) is not. */
function ownHost({ headers, rawHeaders, socket }: IncomingMessage): string | undefined {
  const given = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host");
  const host = headers.host?.toLowerCase() ?? "";
  const names = ["127.0.0.1", "localhost", "[::1]"];
  const own = names.map((name) => `${name}:${socket.localPort}`);
  // Browsers leave the port out where it is 80.
  if (socket.localPort === 80) own.push(...names);
  return given.length === 1 && own.includes(host) ? host : undefined;
}

/** A page that is opened, not read, by another page. */
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
