import { createHash } from "node:crypto";
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { createApi } from "../../../functions/api/app.ts";
import { createGatewayHandler } from "../../../functions/api/http/gateway.ts";
import { createClient } from "../../../lib/adapters/dynamodb/client.ts";
import { readConfig } from "../../../lib/config/config.ts";
import { createServices } from "../../../lib/services.ts";

// Registers jobs through the api's handler and through a bare one that makes only the same calls, in turn and warm.

export interface Registering {
  oursMs: number;
  bareMs: number;
}

const [rounds = 0, times = 0] = process.argv.slice(2).map(Number);
const KEY = "sfsjw_bench-key";
const HASH = createHash("sha256").update(KEY).digest("hex");
const quiet = () => undefined;
const config = readConfig(process.env);
const services = createServices(config, {
  log: { info: quiet, warn: quiet, error: (message, fields) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`) },
  metrics: { count: quiet, age: quiet, flush: quiet },
});
const ours = createGatewayHandler(createApi(services));
const client = createClient();

/** Reads the key, polls the job, puts the item. */
async function bare({ headers, body = "" }: APIGatewayProxyEventV2) {
  const hash = createHash("sha256")
    .update(headers.authorization?.slice(7) ?? "")
    .digest("hex");
  const key = { pk: { S: `key#${hash}` } };
  const { Item } = await client.send(new GetItemCommand({ TableName: config.tableName, Key: key, ConsistentRead: true }));
  const { jobId, title } = JSON.parse(body);
  const projectId = config.defaultProjectId ?? "";
  const seen = await services.cloud.poll({ source: "sfs-turbo-job", projectId, jobId }, 3_000);
  const job = { jobId, title, projectId, seen };
  const pk = `job#${Item?.team?.S}#sfs-turbo-job#${projectId}#${jobId}`;
  await client.send(
    new PutItemCommand({
      TableName: config.tableName,
      Item: { pk: { S: pk }, record: { S: JSON.stringify(job) } },
      ConditionExpression: "attribute_not_exists(pk)",
    }),
  );
  return { statusCode: 201, body: JSON.stringify(job) };
}

let registered = 0;

function post(): APIGatewayProxyEventV2 {
  const jobId = `job-${String(registered++).padStart(8, "0")}`;
  const http = { method: "POST", path: "/jobs", protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "bench" };
  return {
    version: "2.0",
    routeKey: "POST /jobs",
    rawPath: "/jobs",
    rawQueryString: "",
    headers: { host: "jobwatch.example.com", "content-type": "application/json", authorization: `Bearer ${KEY}` },
    requestContext: { http, requestId: "bench" } as unknown as APIGatewayProxyEventV2["requestContext"],
    body: JSON.stringify({ jobId, title: "Grow the share of the nightly render" }),
    isBase64Encoded: false,
  };
}

async function millisecondsFor(
  handler: (event: APIGatewayProxyEventV2) => Promise<{ statusCode?: number | undefined; body?: string | undefined }>,
) {
  const startedAt = performance.now();
  for (let done = 0; done < times; done++) {
    const { statusCode, body } = await handler(post());
    if (statusCode !== 201) throw new Error(`${statusCode} ${body} for key ${HASH}`);
  }
  return (performance.now() - startedAt) / times;
}

for (const handler of [ours, bare, ours, bare]) await millisecondsFor(handler);
const figures: Registering[] = [];
for (let round = 0; round < rounds; round++)
  figures.push({ oursMs: await millisecondsFor(ours), bareMs: await millisecondsFor(bare) });
process.send?.(figures);
