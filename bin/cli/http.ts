import { Agent, type IncomingMessage, type RequestOptions, request } from "node:http";
import { request as requestSecurely, Agent as SecureAgent } from "node:https";
import { text } from "node:stream/consumers";
import { CommandError, EXIT } from "./errors.ts";
import { connectThrough, proxyFor } from "./proxy.ts";

// fetch of Node 20 knows no proxies, and none in Node 24 without a setting.

const TIMEOUT_MS = 40_000;
/** Agents of our own, since the default ones may send the key of a request to this machine through a proxy. */
const AGENTS = { "http:": new Agent({ keepAlive: true }), "https:": new SecureAgent({ keepAlive: true }) };

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

export interface Request {
  method: string;
  headers: Record<string, string>;
  body?: string | undefined;
}

/** Sends one request. Follows no redirect. Throws "does not answer" with the cause. `setting`: where the address comes from. */
export async function send(address: string, path: string, what: Request, setting: string): Promise<Answer> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const target = new URL(address + path);
  const proxy = proxyFor(target, process.env);
  try {
    const response = await respond(target, what, await routeTo(target, proxy, signal), signal);
    const { statusCode = 0, headers } = response;
    // A body that is cut off is no JSON, which the caller reports.
    return { status: statusCode, headers: headersOf(headers), text: await text(response).catch(() => "") };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const through = proxy === undefined ? "" : ` through the proxy ${hostOf(proxy)}`;
    const advice = proxy === undefined ? `Check ${setting}.` : `Check ${setting}, HTTPS_PROXY and NO_PROXY.`;
    throw new CommandError(
      EXIT.unavailable,
      `The service at ${address} does not answer${through} (${causeOf(error)}). ${advice}`,
    );
  }
}

async function routeTo(target: URL, proxy: string | undefined, signal: AbortSignal): Promise<RequestOptions> {
  if (proxy === undefined) return { agent: AGENTS[target.protocol === "https:" ? "https:" : "http:"] };
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new CommandError(
      EXIT.usage,
      "HTTPS_PROXY must be an address that begins with http:// or https://, such as http://proxy.example.com:3128.",
    );
  const connection = await connectThrough(url, target, signal);
  // An idle connection is closed at the exit. Closing it while the service closes it too would reset it.
  const agent = new SecureAgent({ keepAlive: true });
  agent.createConnection = () => connection;
  return { agent };
}

function respond(
  target: URL,
  { method, headers, body }: Request,
  route: RequestOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const start = target.protocol === "https:" ? requestSecurely : request;
  return new Promise((resolve, reject) => {
    start(target, { method, headers, signal, ...route }, resolve)
      .on("error", reject)
      .end(body);
  });
}

function headersOf(headers: IncomingMessage["headers"]): Headers {
  return new Headers(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
}

/** Leaves out a password of the proxy. */
function hostOf(proxy: string): string {
  return URL.canParse(proxy) ? new URL(proxy).host : "";
}

const CAUSES = new Map([
  ["ECONNREFUSED", "nothing listens at this address"],
  ["ENOTFOUND", "the host name is unknown"],
  ["EAI_AGAIN", "the host name cannot be resolved"],
  ["ECONNRESET", "the connection was closed"],
  ["ETIMEDOUT", "no connection"],
  ["ABORT_ERR", `nothing within ${TIMEOUT_MS / 1_000} s`],
  ["EPROTO", "no encrypted connection; is it an http:// address?"],
  ["CERT_HAS_EXPIRED", "its certificate has expired"],
]);

function causeOf(error: unknown): string {
  const { code = "", message = "" } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const words = CAUSES.get(code);
  if (words !== undefined) return `${code}: ${words}`;
  if (/SELF_SIGNED|UNABLE_TO/.test(code))
    return `${code}: its certificate is not trusted; NODE_EXTRA_CA_CERTS can name your authority`;
  return code || message;
}
