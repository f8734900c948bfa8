import { BatchWriteItemCommand, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { packSubject } from "../lib/adapters/dynamodb/items.ts";
import type { Job } from "../lib/domain/job/job.ts";
import { subjectPk } from "../lib/domain/stored-record.ts";
import { KEEP_MS, type TestTable } from "./test-table.ts";

/** Around the service, but as the adapter would have written them, 25 a call. */
export async function writeJobs({ client, name }: TestTable, jobs: Iterable<Job>): Promise<void> {
  let batch: WriteRequest[] = [];
  const flush = async () => {
    if (batch.length > 0) await client.send(new BatchWriteItemCommand({ RequestItems: { [name]: batch } }));
    batch = [];
  };
  for (const record of jobs) {
    const subject = { kind: "job", record } as const;
    const attributes = Object.entries(packSubject(subject, KEEP_MS)).flatMap(([key, value]) => (value ? [[key, value]] : []));
    const Item = { pk: { S: subjectPk(subject) }, version: { N: "1" }, ...Object.fromEntries(attributes) };
    batch.push({ PutRequest: { Item } });
    if (batch.length === 25) await flush();
  }
  await flush();
}
