import type { RequestListener } from "node:http";
import { fileURLToPath } from "node:url";
import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { createTableFromTemplate, startTable } from "../infra/local/table.ts";
import { createTable } from "../lib/adapters/dynamodb/table.ts";
import type { Table } from "../lib/table-ports.ts";
import { answerInProcess, type RequestInProcess } from "./in-process.ts";

const TEMPLATE = fileURLToPath(new URL("../infra/table.yml", import.meta.url));
export const KEEP_MS = 90 * 86_400_000;

export interface TestTable {
  name: string;
  endpoint: string;
  client: DynamoDBClient;
  /** Answers a request without a connection. Undefined if the engine is another process. */
  answer: RequestListener | undefined;
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
  const calls = new Set<Promise<unknown>>();
  const client = own ? clientInProcess(own, calls) : localClient(endpoint);
  return {
    name,
    endpoint,
    client,
    answer: own?.answer,
    open: (now) => createTable({ name, keepMs: KEEP_MS }, now, client),
    close: async () => {
      client.destroy();
      // dynalite throws if it is closed during a call.
      await Promise.all(calls);
      await own?.close();
    },
  };
}

export function localClient(endpoint: string, config: DynamoDBClientConfig = {}): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    ...config,
  });
}

/** dynalite only checks that a request has these headers, so the time for signing is saved. */
const SIGNED = {
  authorization: "AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=none",
  "x-amz-date": "20261123T120000Z",
};

/**
 * The SDK's client without a connection, which more than halves the CPU time of a call. After `destroy`, calls fail as on a closed port.
 * `calls` holds the calls that have no answer yet.
 */
function clientInProcess(
  { url, answer }: { url: string; answer: RequestListener },
  calls: Set<Promise<unknown>>,
): DynamoDBClient {
  let isClosed = false;
  const requestHandler = {
    async handle(request: RequestInProcess) {
      if (isClosed) throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
      const call = answerInProcess(answer, request);
      calls.add(call);
      const { status, headers, body } = await call;
      calls.delete(call);
      return { response: { statusCode: status, headers, body: Buffer.from(body) } };
    },
    destroy: () => {
      isClosed = true;
    },
  };
  const signer = {
    async sign(request: { headers: Record<string, string> }) {
      return Object.assign(request, { headers: { ...request.headers, ...SIGNED } });
    },
  };
  return localClient(url, { requestHandler, signer } as unknown as DynamoDBClientConfig);
}
