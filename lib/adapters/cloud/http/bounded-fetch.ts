import type { ClientRequest, IncomingMessage } from "node:http";

/** A `fetch` for ky that ends with the signal. Headers passed here are not copied by ky. */
export type BoundedFetch = (
  signal: AbortSignal,
  headers?: Record<string, string>,
) => (input: string | URL | Request) => Promise<Response>;

/** Tokens have up to 32 KB. */
const MAX_HEADER_BYTES = 2 ** 16;
export const MAX_BODY_BYTES = 2 ** 19;
/** Larger bodies are unusual. Each fetch reads them one at a time, to bound the memory of concurrent polls. */
const LARGE_BODY_BYTES = 2 ** 16;
/** Gateways close idle connections after about a minute, and a frozen process does not notice. */
const IDLE_MS = 20_000;

/** A Response with one of these must not have a body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * Keeps up to `sockets` connections. The built-in fetch opens up to twice as many, is slower, and allows only 16 KiB of headers.
 * Follows no redirects. Resolves when the body is complete; `textOf` returns it.
 */
export function createBoundedFetch(sockets: number, maxBytes = MAX_BODY_BYTES): BoundedFetch {
  const agents = new Map<string, Connections>();
  const nextTurn = createTurns();
  let underWay = 0;
  let lastUsedAt = 0;

  return (signal, headers) => async (input) => {
    const request = input instanceof Request ? input : new Request(input);
    const body = request.body === null ? undefined : await request.text();
    if (underWay === 0 && Math.abs(Date.now() - lastUsedAt) > IDLE_MS) endConnections();
    underWay++;
    try {
      return await answerTo(request, { headers, body, signal, maxBytes, nextTurn }, connections(request.url));
    } finally {
      underWay--;
      lastUsedAt = Date.now();
    }
  };

  function connections(url: string): Connections {
    const protocol = url.startsWith("https:") ? "node:https" : "node:http";
    const known = agents.get(protocol) ?? createConnections(protocol, sockets);
    agents.set(protocol, known);
    return known;
  }

  function endConnections(): void {
    for (const { agent } of agents.values()) agent.destroy();
    agents.clear();
  }
}

/** Returns the body, or undefined if it is too long. */
export function textOf(response: Response): Promise<string | undefined> {
  return response.text().catch((error: unknown) => {
    if (error instanceof BodyTooLong) return undefined;
    throw error;
  });
}

class BodyTooLong extends Error {}

type Connections = ReturnType<typeof createConnections>;

/** Loaded on first use: importing node:http takes 30 ms. */
function createConnections(protocol: "node:http" | "node:https", sockets: number) {
  const { Agent, request } = process.getBuiltinModule(protocol);
  return { request, agent: new Agent({ keepAlive: true, maxSockets: sockets, maxFreeSockets: sockets }) };
}

interface RequestParts {
  headers: Record<string, string> | undefined;
  body: string | undefined;
  signal: AbortSignal;
  maxBytes: number;
  nextTurn: NextTurn;
}

function answerTo(
  { method, url, headers }: Request,
  parts: RequestParts,
  { request: send, agent }: Connections,
): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const all = { ...Object.fromEntries(headers), ...parts.headers, "accept-encoding": "identity" };
  const sent = send(url, { method, headers: all, agent, maxHeaderSize: MAX_HEADER_BYTES }, (incoming) => {
    responseOf(incoming, parts).then(resolve, (error: unknown) => {
      incoming.destroy();
      reject(error);
    });
  });
  sent.on("error", reject);
  endWith(sent, parts.signal);
  sent.end(parts.body);
  return promise;
}

function endWith(sent: ClientRequest, signal: AbortSignal): void {
  const end = () => sent.destroy(new Error("the request timed out"));
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
}

async function responseOf(incoming: IncomingMessage, limits: Pick<RequestParts, "maxBytes" | "nextTurn">): Promise<Response> {
  const { headers, statusCode: status = 0 } = incoming;
  const bytes = await bytesOf(incoming, limits);
  const body = bytes && decompressed(bytes, limits.maxBytes, headers["content-encoding"]);
  const { "set-cookie": _, ...texts } = headers;
  const content =
    body === undefined ? failing(new BodyTooLong()) : WITHOUT_BODY.has(status) ? null : (body as Buffer<ArrayBuffer>);
  return new Response(content, { status, headers: texts as Record<string, string> });
}

function failing(error: Error): ReadableStream {
  return new ReadableStream({ start: (controller) => controller.error(error) });
}

/** Undefined if the body is too long. */
function bytesOf(
  incoming: IncomingMessage,
  { maxBytes, nextTurn }: Pick<RequestParts, "maxBytes" | "nextTurn">,
): Promise<Buffer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  let turn: Promise<() => void> | undefined;
  incoming.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > maxBytes) {
      chunks.length = 0;
      resolve(undefined);
      incoming.destroy();
    } else if (bytes > LARGE_BODY_BYTES && turn === undefined) {
      incoming.pause();
      turn = nextTurn();
      turn.then(() => incoming.resume());
    }
  });
  incoming.on("end", () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
  incoming.on("error", reject);
  incoming.on("close", () => {
    if (!incoming.readableEnded) reject(new Error("the connection was closed before the end of the body"));
    turn?.then((release) => release());
  });
  return promise;
}

/** Waits until all earlier turns are released. Returns the function that releases this one. */
type NextTurn = () => Promise<() => void>;

function createTurns(): NextTurn {
  let last: Promise<unknown> = Promise.resolve();
  return async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = last;
    last = promise;
    await before;
    return resolve;
  };
}

/** Some servers compress the answer without being asked to. Returns undefined if the body is too long. */
function decompressed(bytes: Buffer, maxOutputLength: number, encoding = "identity"): Buffer | undefined {
  if (encoding === "identity") return bytes;
  try {
    return process.getBuiltinModule("node:zlib").unzipSync(bytes, { maxOutputLength });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
