import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { startWorld, type World } from "../world.ts";
import type { Sent } from "./requests.ts";

export interface Target {
  world: World;
  /** Sends a request through the deployed handler, including its cold start. */
  send(sent: Sent): Promise<APIGatewayProxyStructuredResultV2>;
  /** Number of writes to the table so far. Excludes those of the rate limit, which counts rejected requests too. */
  writes(): number;
  close(): Promise<void>;
}

const CREATED = "http.client.request.created";
const WRITE = /\.(Update|Put|Delete|Batch|Transact)/;

/** Starts the deployed api in this process, with a table and a cloud in which every job runs. Only one per process, since it sets variables. */
export async function startTarget(): Promise<Target> {
  const world = await startWorld({}, Date.now());
  world.cloud.answer("*", { status: "running" });
  Object.assign(process.env, world.environment, {
    AWS_ENDPOINT_URL_DYNAMODB: world.table.endpoint,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    POWERTOOLS_LOG_LEVEL: "SILENT",
  });
  const { handler } = await import("../../functions/api/handler.ts");
  let writes = 0;
  const count = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    if (!WRITE.test(String(request.getHeader("x-amz-target")))) return;
    const end = request.end.bind(request) as (body: Uint8Array) => ClientRequest;
    request.end = ((body: Uint8Array) => {
      if (!Buffer.from(body).includes('"limit#')) writes++;
      return end(body);
    }) as typeof request.end;
  };
  subscribe(CREATED, count);
  return {
    world,
    writes: () => writes,
    send: async (sent) => (await handler(eventOf(sent) as never)) as APIGatewayProxyStructuredResultV2,
    close: async () => {
      unsubscribe(CREATED, count);
      await world.close();
    },
  };
}

function eventOf({ method, path, query, headers, body, isBase64Encoded }: Sent): unknown {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers: { host: "jobwatch.example.com", ...headers },
    requestContext: { domainName: "jobwatch.example.com", http: { method, path }, stage: "$default" },
    ...(body !== undefined && { body }),
    isBase64Encoded,
  };
}
