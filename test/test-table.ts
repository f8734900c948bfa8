import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createTableFromTemplate, startTable } from "../infra/local/table.ts";
import { createTable } from "../lib/adapters/dynamodb/table.ts";
import type { Table } from "../lib/table-ports.ts";

const TEMPLATE = new URL("../infra/table.yml", import.meta.url).pathname;
export const KEEP_MS = 90 * 86_400_000;

export interface TestTable {
  name: string;
  endpoint: string;
  client: DynamoDBClient;
  /** The adapter, with its own clock. */
  open(now: () => number): Table;
  close(): Promise<void>;
}

let tables = 0;

/** Creates a table from infra/table.yml: on dynalite in memory, or on the engine at TEST_DYNAMODB_ENDPOINT. */
export async function startTestTable(): Promise<TestTable> {
  const name = `test-${process.pid}-${++tables}`;
  const given = process.env.TEST_DYNAMODB_ENDPOINT;
  const own = given ? undefined : await startTable({ port: 0, tableName: name, templateFile: TEMPLATE });
  const endpoint = given ?? own?.url ?? "";
  if (given) await createTableFromTemplate(endpoint, name, TEMPLATE);
  const client = localClient(endpoint);
  return {
    name,
    endpoint,
    client,
    open: (now) => createTable({ name, keepMs: KEEP_MS }, now, client),
    close: async () => {
      client.destroy();
      await own?.close();
    },
  };
}

export function localClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
}
