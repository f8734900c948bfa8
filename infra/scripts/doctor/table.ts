import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { DescribeTableCommand, DescribeTimeToLiveCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createClient } from "../../../lib/adapters/dynamodb/client.ts";
import { readLease, takeLease } from "../../../lib/adapters/dynamodb/leases.ts";
import { shapeOf, tableProperties } from "../../local/table-shape.ts";
import { awsError, type Check, type Checks } from "./check.ts";

const TEMPLATE = fileURLToPath(new URL("../../table.yml", import.meta.url));
const LEASE_MS = 60_000;
const RIGHTS = "dynamodb:DescribeTable, DescribeTimeToLive, GetItem and UpdateItem";

/** Checks the table of a stage. `isLocal`: that of `npm start`, which may not run. */
export async function* checkTable(table: string, isLocal: boolean): Checks {
  const client = createClient();
  const structure = await attempt("keys and indexes", () => checkStructure(client, table));
  if (isLocal && structure.detail.endsWith("ECONNREFUSED")) {
    yield { name: table, outcome: "skipped", detail: "the local stack does not run; npm start creates the table" };
    return;
  }
  yield structure;
  if (structure.outcome === "failed") return;
  if (!isLocal) yield await attempt("time to live", () => checkExpiry(client, table));
  yield await attempt("read and write", () => checkWrite(client, table));
}

async function attempt(name: string, check: () => Promise<Omit<Check, "name">>): Promise<Check> {
  try {
    return { name, ...(await check()) };
  } catch (error) {
    const what = awsError(error);
    const advice =
      what === "ResourceNotFoundException"
        ? "Check --stage and AWS_REGION, or deploy the stage (docs/deploy.md)."
        : `Check AWS_REGION and your AWS credentials. They need ${RIGHTS} on the table.`;
    return { name, outcome: "failed", detail: what, advice };
  }
}

async function checkStructure(client: DynamoDBClient, table: string): Promise<Omit<Check, "name">> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
  if (Table && shapeOf(Table) === shapeOf(tableProperties(TEMPLATE)))
    return { outcome: "ok", detail: `${table} is as infra/table.yml says` };
  const advice = "Deploy the stage with this version.";
  return { outcome: "failed", detail: `${table} has other keys or indexes than infra/table.yml`, advice };
}

async function checkExpiry(client: DynamoDBClient, table: string): Promise<Omit<Check, "name">> {
  const { TimeToLiveDescription: ttl } = await client.send(new DescribeTimeToLiveCommand({ TableName: table }));
  if (ttl?.TimeToLiveStatus === "ENABLED" && ttl.AttributeName === "expiresAt")
    return { outcome: "ok", detail: "items expire by expiresAt" };
  return { outcome: "failed", detail: "expired items are not deleted", advice: "Deploy the stage with this version." };
}

/** Takes a lease that nobody else uses, which expires within a minute. */
async function checkWrite(client: DynamoDBClient, table: string): Promise<Omit<Check, "name">> {
  const now = Date.now();
  const lease = { pk: `doctor#${randomUUID()}`, owner: randomUUID(), until: now + LEASE_MS };
  const isTaken = await takeLease(client, table, lease, now);
  const stored = await readLease(client, table, lease.pk, now);
  if (isTaken && stored?.owner === lease.owner)
    return { outcome: "ok", detail: "an item was written and read; it expires in a minute" };
  return { outcome: "failed", detail: "the written item was not read", advice: "Try again." };
}
