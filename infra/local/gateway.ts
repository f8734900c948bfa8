import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { guard } from "./guard.ts";
import { readBytes } from "./listen.ts";
import { answerSignInLink, type SignInLink } from "./sign-in-link.ts";

const HOP_BY_HOP = ["connection", "keep-alive", "upgrade", "expect"];

/**
 * A proxy for serverless-offline, which would answer requests of any website. serverless-offline listens on a socket file, which browsers
 * cannot reach. Answers 502 while nothing listens there.
 */
export function createGateway(socketPath: string, signInLink?: SignInLink): Server {
  return guard(
    createServer(async (incoming, response) => {
      if (signInLink && answerSignInLink(socketPath, signInLink, incoming, response)) return;
      const body = await readBytes(incoming).catch(() => undefined);
      if (body === undefined) return void response.destroy();
      // serverless-offline exits when an `Event` invocation fails, so it gets each as one that waits for the result.
      const isEvent = incoming.headers["x-amz-invocation-type"] === "Event";
      if (isEvent) response.writeHead(202).end();
      const outgoing = forward(socketPath, incoming, (answer) => {
        if (isEvent) return void answer.resume();
        response.writeHead(answer.statusCode ?? 502, without(answer.rawHeaders, isCors));
        pipeline(answer, response, () => undefined);
      });
      outgoing.on("error", () => (response.headersSent ? response.destroy() : unavailable(response)));
      if (!isEvent) response.on("close", () => outgoing.destroy());
      // Sent in one piece: serverless-offline may reject a request and close the connection before it has read the body.
      outgoing.end(body);
    }),
  );
}

function forward(socketPath: string, incoming: IncomingMessage, onAnswer: (answer: IncomingMessage) => void) {
  const { method, url = "/", rawHeaders } = incoming;
  const isDropped = (name: string) => HOP_BY_HOP.includes(name) || name === "x-amz-invocation-type";
  const headers = without(rawHeaders, isDropped);
  return httpRequest({ socketPath, method, path: withOpaquePath(url), headers, agent: false, setHost: false }, onAnswer);
}

/** serverless-offline resolves `%2E%2E` and `\`, and rejects `%zz`. On AWS all of them are part of a name, so this escapes them. */
function withOpaquePath(url: string): string {
  const [path = "", ...query] = url.split("?");
  const segments = path.replaceAll("\\", "%5C").split("/").map(opaque);
  return [segments.join("/"), ...query].join("?");
}

function opaque(segment: string): string {
  if (/^(\.|%2e){1,2}$/i.test(segment)) return segment.replaceAll(/\.|%2e/gi, "%252E");
  try {
    decodeURIComponent(segment);
    return segment;
  } catch {
    return segment.replaceAll("%", "%25");
  }
}

function isCors(name: string): boolean {
  return name.startsWith("access-control-") || HOP_BY_HOP.includes(name);
}

/** Takes and returns names and values in turns, like `rawHeaders`. */
function without(rawHeaders: string[], isDropped: (name: string) => boolean): string[] {
  return rawHeaders.filter((_, index) => !isDropped(rawHeaders[index - (index % 2)]?.toLowerCase() ?? ""));
}

function unavailable(response: ServerResponse): void {
  response.writeHead(502, { "content-type": "application/json", "retry-after": "5" });
  response.end('{"message":"The functions are starting. Try again in a few seconds."}');
}
