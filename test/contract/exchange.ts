import { createServer, request } from "node:http";
import { type Listening, listen, readBody } from "../../infra/local/listen.ts";

/** An HTTP request. */
export interface Sent {
  method: string;
  /** Includes the query. */
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** An HTTP response. Header names are lower case. */
export interface Given {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export type HttpClient = (sent: Sent) => Promise<Given>;

/** Sends a request over a new connection, since the server may close a kept connection at any time. */
export function exchange(url: string, { method, path, headers, body }: Sent): Promise<Given> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}${path}`, { method, headers, agent: false });
    outgoing.once("error", reject);
    outgoing.once("response", (incoming) => {
      const given = { status: incoming.statusCode ?? 0, headers: flat(incoming.headers) };
      readBody(incoming).then((text) => resolve({ ...given, body: text }), reject);
    });
    outgoing.end(body);
  });
}

/** Serves a handler over real HTTP. If it throws, the connection is closed and the error is rethrown. */
export function serve(send: HttpClient, name: string): Promise<Listening> {
  const server = createServer(async (incoming, response) => {
    const { method = "", url: path = "" } = incoming;
    try {
      const body = await readBody(incoming);
      const sent = { method, path, headers: flat(incoming.headers), ...(body !== "" && { body }) };
      const given = await send(sent);
      response.writeHead(given.status, given.headers).end(given.body);
    } catch (error) {
      response.destroy();
      throw error;
    }
  });
  return listen(server, 0, name);
}

function flat(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
