import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import type { ApiEnv } from "./authenticate.ts";
import { problemResponse } from "./problem.ts";

export type GatewayHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** The app as API Gateway calls it. What cannot even be made a request is refused in the form of all other problems. */
export function createGatewayHandler(app: Hono<ApiEnv>): GatewayHandler {
  const answer = handle(app);
  return async (event) => {
    if (!isWellFormed(event)) return await refusal();
    // hono's events and results are those of all gateways and load balancers; these are version 2.0.
    return (await answer(withoutIdleBody(event) as never)) as APIGatewayProxyStructuredResultV2;
  };
}

/** A body with GET or HEAD means nothing, and a Request refuses it. */
function withoutIdleBody(event: APIGatewayProxyEventV2): APIGatewayProxyEventV2 {
  const { body: _, ...bodiless } = event;
  return /^(GET|HEAD)$/.test(event.requestContext.http.method) ? bodiless : event;
}

function isWellFormed({ headers, rawPath, requestContext, body, isBase64Encoded }: APIGatewayProxyEventV2): boolean {
  try {
    // As hono does: a value that is not ASCII is written in percent signs.
    const written = (value: string) => (/\P{ASCII}/u.test(value) ? encodeURIComponent(value) : value);
    for (const [name, value = ""] of Object.entries(headers)) new Headers().set(name, written(value));
    new Request(`https://host${rawPath}`, { method: requestContext.http.method });
    if (isBase64Encoded) atob(body ?? "");
    return true;
  } catch {
    return false;
  }
}

async function refusal(): Promise<APIGatewayProxyStructuredResultV2> {
  const detail = "The request is not well formed: look at its method, its headers and how its body is encoded.";
  const response = problemResponse({ type: "unreadable-body", status: 400, detail });
  return { statusCode: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}
