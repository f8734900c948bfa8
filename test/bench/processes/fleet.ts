import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Fleet, readFleet } from "../fleet.ts";

// A table with many open jobs in its own process, with DynamoDB's HTTP API: pages of the open index up to 1 MB, and a lease that is always
// free. Arguments: number of open jobs, share of due jobs, latency in milliseconds.

const [jobs = 0, dueShare = 0, latencyMs = 0] = process.argv.slice(2).map(Number);
const fleet: Fleet = readFleet(jobs, dueShare);

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const operation = String(request.headers["x-amz-target"]).split(".").at(-1);
    const answer = JSON.stringify(answerTo(operation, JSON.parse(Buffer.concat(chunks).toString("utf8"))));
    const send = () => response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(answer);
    if (latencyMs === 0) send();
    else setTimeout(send, latencyMs);
  });
});

interface TableRequest {
  Segment?: number;
  TotalSegments?: number;
  ExclusiveStartKey?: { pk?: { S?: string } };
  Limit?: number;
  Key?: { pk?: { S?: string } };
}

function answerTo(operation: string | undefined, request: TableRequest): unknown {
  if (operation === "Scan") return scan(request);
  const pk = request.Key?.pk?.S ?? "";
  // Every API key is valid and belongs to a team.
  if (operation === "GetItem" && pk.startsWith("key#")) return { Item: { pk: { S: pk }, team: { S: "storage" } } };
  return operation === "UpdateItem" && pk.startsWith("segment#") ? { Attributes: fleet.state(Date.now()) } : {};
}

function scan({ Segment = 0, TotalSegments = 1, ExclusiveStartKey, Limit = Number.POSITIVE_INFINITY }: TableRequest): unknown {
  const { entries, next } = fleet.page(Segment, TotalSegments, Limit, ExclusiveStartKey?.pk?.S);
  const Items = entries.map(({ pk, entry, open }) => ({ pk: { S: pk }, entry: { S: entry }, open: { S: open } }));
  const LastEvaluatedKey = next && { pk: { S: next.pk }, open: { S: next.open } };
  return { Count: Items.length, ScannedCount: Items.length, Items, ...(LastEvaluatedKey && { LastEvaluatedKey }) };
}

server.listen(0, "127.0.0.1", () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on("disconnect", () => process.exit());
