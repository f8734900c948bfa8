import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";

/** What came with a Response: ky needs the one, and we the other. */
interface Content {
  headers: IncomingHttpHeaders;
  /** The whole body; undefined where it is longer than 512 KiB, and then the connection was ended at once. */
  text: string | undefined;
}

/** A `fetch` for ky that is over when the signal says so. Headers that are given here spare ky to copy them five times. */
export type BoundedFetch = (
  signal: AbortSignal,
  headers?: Record<string, string>,
) => (input: string | URL | Request) => Promise<Response>;

/** Tokens reach 32 KB. */
const LONGEST_HEADERS = 2 ** 16;
const LONGEST_BODY = 2 ** 19;
/** More than any job's answer needs. What is longer is read one after the other, since many looks are made at once. */
const LARGE_BODY = 2 ** 16;
/** Gateways end idle connections after a minute or so, and a process that was frozen meanwhile does not hear of it. */
const IDLE_MS = 20_000;

const decoder = new TextDecoder();
const contents = new WeakMap<Response, Content>();

/**
 * Opens so many connections at most, and keeps them: the built-in fetch opens up to twice as many, costs more, and takes 16 KiB
 * of headers alone. Follows no redirect. An answer comes when it is whole; `contentOf` has it.
 */
export function createBoundedFetch(sockets: number): BoundedFetch {
  const agents = new Map<string, Connections>();
  let underWay = 0;
  let lastUsedAt = 0;

  return (signal, headers) => async (input) => {
    const request = input instanceof Request ? input : new Request(input);
    const body = request.body === null ? undefined : await request.text();
    if (underWay === 0 && Math.abs(Date.now() - lastUsedAt) > IDLE_MS) endConnections();
    underWay++;
    try {
      return await answerTo(request, { headers, body, signal }, connections(request.url));
    } finally {
      underWay--;
      lastUsedAt = Date.now();
    }
  };

  function connections(url: string): Connections {
    const protocol = url.startsWith("https:") ? "node:https" : "node:http";
    const found = agents.get(protocol) ?? createConnections(protocol, sockets);
    agents.set(protocol, found);
    return found;
  }

  function endConnections(): void {
    for (const { agent } of agents.values()) agent.destroy();
    agents.clear();
  }
}

export function contentOf(response: Response): Content {
  return contents.get(response) ?? { headers: {}, text: undefined };
}

type Connections = ReturnType<typeof createConnections>;

/** Asked for when first used: importing node:http costs 30 ms. */
function createConnections(protocol: "node:http" | "node:https", sockets: number) {
  const { Agent, request } = process.getBuiltinModule(protocol);
  return { request, agent: new Agent({ keepAlive: true, maxSockets: sockets, maxFreeSockets: sockets }) };
}

interface Sent {
  headers: Record<string, string> | undefined;
  body: string | undefined;
  signal: AbortSignal;
}

function answerTo({ method, url, headers }: Request, given: Sent, { request: send, agent }: Connections): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const all = { ...Object.fromEntries(headers), ...given.headers, "accept-encoding": "identity" };
  const sent = send(url, { method, headers: all, agent, maxHeaderSize: LONGEST_HEADERS }, (incoming) => {
    responseOf(incoming).then(resolve, (error: unknown) => {
      incoming.destroy();
      reject(error);
    });
  });
  sent.on("error", reject);
  endWith(sent, given.signal);
  sent.end(given.body);
  return promise;
}

function endWith(sent: ClientRequest, signal: AbortSignal): void {
  const end = () => sent.destroy(new Error("the time is up"));
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
}

async function responseOf(incoming: IncomingMessage): Promise<Response> {
  const response = new Response(null, { status: incoming.statusCode ?? 0 });
  const bytes = await bytesOf(incoming);
  const { headers } = incoming;
  contents.set(response, { headers, text: bytes && textOf(bytes, headers["content-encoding"]) });
  return response;
}

/** Undefined where there are too many. */
function bytesOf(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  let turn: Promise<() => void> | undefined;
  incoming.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > LONGEST_BODY) {
      chunks.length = 0;
      resolve(undefined);
      incoming.destroy();
    } else if (bytes > LARGE_BODY && turn === undefined) {
      incoming.pause();
      turn = nextTurn();
      turn.then(() => incoming.resume());
    }
  });
  incoming.on("end", () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
  incoming.on("error", reject);
  incoming.on("close", () => {
    reject(new Error("the connection was closed in the body"));
    turn?.then((leave) => leave());
  });
  return promise;
}

let largeOnes: Promise<unknown> = Promise.resolve();

async function nextTurn(): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const before = largeOnes;
  largeOnes = promise;
  await before;
  return resolve;
}

/** Some servers pack an answer though nobody asked for it. */
function textOf(bytes: Buffer, encoding = "identity"): string | undefined {
  if (encoding === "identity") return decoder.decode(bytes);
  try {
    return decoder.decode(process.getBuiltinModule("node:zlib").unzipSync(bytes, { maxOutputLength: LONGEST_BODY }));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
