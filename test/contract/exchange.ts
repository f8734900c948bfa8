import { createServer, request } from "node:http";
import { type Listening, listen, readBody } from "../../infra/local/listen.ts";

/** A request as it is sent. */
export interface Sent {
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** An answer as it came: names of headers in small letters, the body as text. */
export interface Given {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export type CloudClient = (sent: Sent) => Promise<Given>;

/** Over a connection of its own: one that is kept can be closed by the other side in the moment in which it is used. */
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

/** Whatever answers as the api does, behind a real HTTP server. Where it throws, the connection is cut and the process told. */
export function serve(ask: CloudClient, name: string): Promise<Listening> {
  const server = createServer(async (incoming, response) => {
    const { method = "", url: path = "" } = incoming;
    try {
      const body = await readBody(incoming);
      const sent = { method, path, headers: flat(incoming.headers), ...(body !== "" && { body }) };
      const given = await ask(sent);
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
