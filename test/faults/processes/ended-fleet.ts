import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readBody } from "../../../infra/local/listen.ts";
import { packRecord } from "../../../lib/adapters/dynamodb/items.ts";
import { jobPk } from "../../../lib/domain/table-keys.ts";
import { jobKey, registered, seen } from "../../jobs.ts";
import { holds, type Input, type Item, updated } from "../simulation/expressions.ts";

// The table, the cloud and Slack in a process of their own. Arguments: the number of running jobs in the table, and their channels. The cloud
// reports each job as succeeded. Sends its parent the numbers of polls, posts and open jobs.

export interface FleetFigures {
  polls: number;
  pollsPerSecond: number;
  messages: number;
  /** How many jobs the messages contain. */
  named: Record<number, number>;
  /** Jobs that have not ended or are not delivered yet. */
  open: number;
}

const [, , count, ...CHANNELS] = process.argv;
const jobs = Number(count);
const startedAt = Date.now() - 10 * 60_000;
const jobIds = Array.from({ length: jobs }, (_, index) => `4e9e8c3f-7d1f-4e5a-9a52-${String(index).padStart(12, "0")}`);
const items = new Map(
  jobIds.map((jobId, index) => {
    const channels = [CHANNELS[index % CHANNELS.length] ?? ""];
    const record = { ...registered(jobId, seen("running"), { now: startedAt, channels }), version: 1 };
    return [jobPk(jobKey(jobId)), { ...packRecord({ kind: "job", record }, 90 * 86_400_000), version: { N: "1" } } as Item];
  }),
);
for (const [pk, item] of items) item.pk = { S: pk };

const polledAt: number[] = [];
const texts: string[] = [];

function answerTable(operation: string, input: Input & { Limit?: number }): [number, unknown] {
  const pk = input.Key?.pk?.S ?? "";
  const item = items.get(pk);
  if (operation === "GetItem") return [200, { Item: item }];
  if (operation === "Scan") return [200, scan(input)];
  if (!holds(input, item)) return [400, { __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException" }];
  const next = updated(input, item ?? { pk: { S: pk } });
  items.set(pk, next);
  return [200, input.ReturnValues === "ALL_NEW" ? { Attributes: next } : {}];
}

function scan({ ExclusiveStartKey, Limit = 1_024 }: Input & { Limit?: number }): unknown {
  const after = ExclusiveStartKey?.pk?.S ?? "";
  const found = [...items].flatMap(([pk, { open, entry }]) => (open && pk > after ? [{ pk: { S: pk }, open, entry }] : []));
  found.sort((one, other) => (one.pk.S < other.pk.S ? -1 : 1));
  const Items = found.slice(0, Limit);
  const last = found.length > Limit ? Items.at(-1) : undefined;
  return { Items, ...(last && { LastEvaluatedKey: { pk: last.pk, open: last.open } }) };
}

function answerCloud(jobId: string): unknown {
  polledAt.push(Date.now());
  return { job_id: jobId, status: "success", begin_time: "2026-11-23 11:02:17", end_time: "2026-11-23 11:05:17", sub_jobs: [] };
}

function figures(): FleetFigures {
  const bySecond = Map.groupBy(polledAt, (at) => Math.floor(at / 1_000));
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const jobId of new Set(text.match(/4e9e8c3f-7d1f-4e5a-9a52-\d{12}/g))) counts.set(jobId, (counts.get(jobId) ?? 0) + 1);
  }
  const named: Record<number, number> = {};
  for (const jobId of jobIds) named[counts.get(jobId) ?? 0] = (named[counts.get(jobId) ?? 0] ?? 0) + 1;
  return {
    polls: polledAt.length,
    pollsPerSecond: Math.max(0, ...[...bySecond.values()].map((all) => all.length)),
    messages: texts.length,
    named,
    open: [...items.values()].filter(({ open }) => open).length,
  };
}

const server = createServer(async (request, response) => {
  const body = await readBody(request);
  const operation =
    String(request.headers["x-amz-target"] ?? "")
      .split(".")
      .at(-1) ?? "";
  if (operation !== "") {
    const [status, answer] = answerTable(operation, JSON.parse(body));
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(answer));
  } else if (request.method === "POST") {
    texts.push(body);
    response.end("ok");
  } else {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(answerCloud(request.url?.split("/").at(-1) ?? "")));
  }
});
server.listen(0, "127.0.0.1", () => process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
process.on("message", () => process.send?.(figures()));
process.on("disconnect", () => process.exit());
