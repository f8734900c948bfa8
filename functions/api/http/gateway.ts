import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import type { ApiEnv } from "./authenticate.ts";
import { CORRELATION_HEADER, correlationIdOf } from "./correlation.ts";
import { EVERY_ANSWER, noSuchPath, ProblemError, problemResponse } from "./problem.ts";
import { tooLarge } from "./read-body.ts";

export type GatewayHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** Adapts the app to API Gateway. Oversized and malformed requests get a problem response before the app sees them. */
export function createGatewayHandler(app: Hono<ApiEnv>): GatewayHandler {
  const answer = handle(app);
  return async (given) => {
    const event = withEncodedPath(withPlainCookies(withoutIdleBody(given)));
    const problem = problemOf(event);
    if (problem) return await problemResult(problem, event);
    // hono's types cover all gateways and load balancers; these events have version 2.0.
    return (await answer(event as never)) as APIGatewayProxyStructuredResultV2;
  };
}

/** Removes the body of GET and HEAD, which `Request` does not accept. The local gateway sends null if there is no body. */
function withoutIdleBody(event: APIGatewayProxyEventV2): APIGatewayProxyEventV2 {
  const { body, ...bodiless } = event;
  const isIdle = (body ?? null) === null || /^(GET|HEAD)$/.test(event.requestContext.http.method);
  return isIdle ? bodiless : event;
}

/** Removes cookies that are not ASCII. They are never ours, and would make the others unreadable. */
function withPlainCookies(event: APIGatewayProxyEventV2): APIGatewayProxyEventV2 {
  const isPlain = (cookie: string) => /^[\x20-\x7e]*$/.test(cookie);
  const { cookies, headers } = event;
  const { cookie, ...others } = headers;
  return {
    ...event,
    ...(cookies && { cookies: cookies.filter(isPlain) }),
    ...(cookie !== undefined && { headers: { ...others, cookie: cookie.split(";").filter(isPlain).join(";") } }),
  };
}

/** Encodes the path again, which the gateway has decoded. Otherwise `#`, `?`, `\` and `%` in a name would change the address. */
function withEncodedPath(event: APIGatewayProxyEventV2): APIGatewayProxyEventV2 {
  return {
    ...event,
    rawPath: event.rawPath
      .split("/")
      .map((part) => encodeURIComponent(part.toWellFormed()))
      .join("/"),
  };
}

/** Returns the size of the decoded body without decoding it. Ignores content-length. */
function bytesOf({ body = "", isBase64Encoded }: APIGatewayProxyEventV2): number {
  return Buffer.byteLength(body, isBase64Encoded ? "base64" : "utf8");
}

function problemOf(event: APIGatewayProxyEventV2): ProblemError | undefined {
  const { headers, rawPath, requestContext, body = "", isBase64Encoded } = event;
  try {
    const refused = tooLarge(bytesOf(event), rawPath);
    if (refused) return refused;
    if (rawPath.split("/").some((part) => part === "." || part === "..")) return noSuchPath();
    // As hono does: values that are not ASCII are percent-encoded.
    const written = (value: string) => (/\P{ASCII}/u.test(value) ? encodeURIComponent(value) : value);
    for (const [name, value = ""] of Object.entries(headers)) new Headers().set(name, written(value));
    new Request(`https://host${rawPath}`, { method: requestContext.http.method });
    if (isBase64Encoded) atob(body);
    return undefined;
  } catch {
    const detail = "The request is malformed. Check its method, its headers and the encoding of its body.";
    return new ProblemError({ type: "unreadable-body", status: 400, detail });
  }
}

async function problemResult(
  { problem }: ProblemError,
  { headers, requestContext }: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> {
  const correlationId = correlationIdOf(headers?.[CORRELATION_HEADER.toLowerCase()], requestContext.requestId);
  const response = problemResponse(problem, correlationId, EVERY_ANSWER);
  return { statusCode: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}
