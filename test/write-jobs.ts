import { BatchWriteItemCommand, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { packRecord } from "../lib/adapters/dynamodb/items.ts";
import type { Job } from "../lib/domain/job/job.ts";
import { pkOf } from "../lib/domain/stored-record.ts";
import { KEEP_MS, type TestTable } from "./test-table.ts";

/** Writes jobs as the adapter stores them, but not through the service, 25 per call. */
export async function writeJobs({ client, name }: TestTable, jobs: Iterable<Job>): Promise<void> {
  let batch: WriteRequest[] = [];
  const flush = async () => {
    if (batch.length > 0) await client.send(new BatchWriteItemCommand({ RequestItems: { [name]: batch } }));
    batch = [];
  };
  for (const record of jobs) {
    const stored = { kind: "job", record } as const;
    const attributes = Object.entries(packRecord(stored, KEEP_MS)).flatMap(([key, value]) => (value ? [[key, value]] : []));
    const Item = { pk: { S: pkOf(stored) }, version: { N: "1" }, ...Object.fromEntries(attributes) };
    batch.push({ PutRequest: { Item } });
    if (batch.length === 25) await flush();
  }
  await flush();
}
