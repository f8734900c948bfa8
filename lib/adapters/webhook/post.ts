import { isIP } from "node:net";
import { checkedLookup, notPublic, type Resolve } from "./checked-lookup.ts";
import { isPublicAddress } from "./public-address.ts";

/** The answer of a receiver. Its body is not read. */
export interface Answer {
  status: number;
  retryAfter?: string;
}

/** No answer; `written`: the request may have arrived. */
export interface NoAnswer {
  code?: string;
  written: boolean;
}

export interface Post {
  url: string;
  headers: Record<string, string>;
  body: string;
  timeoutMs: number;
  resolve?: Resolve;
  /** Default: public addresses. */
  isAllowed?(address: string): boolean;
}

const LOOPBACK = "127.0.0.1";

/** Sends one POST over a new connection, since a kept one may be dead. Follows no redirects. Never throws. */
export function post({ url, headers, body, timeoutMs, ...checks }: Post): Promise<Answer | NoAnswer> {
  const { resolve, isAllowed = isPublicAddress } = checks;
  const { promise, resolve: answered } = Promise.withResolvers<Answer | NoAnswer>();
  const { protocol, hostname } = new URL(url);
  const isLocal = protocol === "http:" && hostname === LOOPBACK;
  const maySend = isLocal ? (address: string) => address === LOOPBACK : isAllowed;
  // The lookup does not run for an IP address, so it is checked here.
  if (!(isLocal || protocol === "https:") || (isIP(hostname.replace(/[[\]]/g, "")) > 0 && !maySend(hostname)))
    return Promise.resolve(failure(notPublic(), false));

  let written = false;
  const { request } = process.getBuiltinModule(isLocal ? "node:http" : "node:https");
  const lookup = checkedLookup(resolve ?? process.getBuiltinModule("node:dns").lookup, maySend);
  const length = { "content-length": String(Buffer.byteLength(body)) };
  const sent = request(url, { method: "POST", agent: false, lookup, headers: { ...headers, ...length } }, (incoming) => {
    const retryAfter = incoming.headers["retry-after"];
    answered({ status: incoming.statusCode ?? 0, ...(retryAfter !== undefined && { retryAfter }) });
    incoming.destroy();
  });
  sent.on("socket", (socket) => {
    socket.once("connect", () => {
      if (!maySend(socket.remoteAddress ?? "")) sent.destroy(notPublic());
      else if (isLocal) written = true;
    });
    socket.once("secureConnect", () => {
      written = true;
    });
  });
  sent.on("error", (error) => answered(failure(error, written)));
  const timer = setTimeout(() => {
    answered({ code: "no answer in time", written });
    sent.destroy();
  }, timeoutMs);
  sent.end(body);
  return promise.finally(() => clearTimeout(timer));
}

function failure(error: Error & { code?: unknown }, written: boolean): NoAnswer {
  const { code } = error;
  return { written, ...(typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code) && { code }) };
}
