import { mkdirSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createRequire } from "node:module";
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { guard } from "./guard.ts";
import { type Listening, listen } from "./listen.ts";
import { shapeOf, tableProperties } from "./table-shape.ts";

export interface TableOptions {
  port: number;
  /** Folder of the data. Without it the data is kept in memory. */
  path?: string;
  tableName: string;
  /** A CloudFormation fragment with one table: infra/table.yml. */
  templateFile: string;
}

interface EmbeddedTable extends Listening {
  /** Answers a request without a connection. */
  answer: RequestListener;
}

/** Runs the table without AWS. Keeps an existing table unchanged. */
export async function startTable({ port, path, tableName, templateFile }: TableOptions): Promise<EmbeddedTable> {
  // Tries the port first, since dynalite opens its files before it listens.
  if (port !== 0) await (await listen(createServer(), port, "embedded table", "TABLE_PORT")).close();
  if (path !== undefined) await tryFolder(path);
  const server = dynalite({ ...(path !== undefined && { path }), createTableMs: 0, deleteTableMs: 0 });
  const [answer] = server.listeners("request") as [RequestListener];
  outliveAbortedRequests(server);
  const listening = await listen(guard(server), port, "embedded table", "TABLE_PORT");
  try {
    await createTableFromTemplate(listening.url, tableName, templateFile);
  } catch (error) {
    await listening.close();
    throw path === undefined ? error : unusable(path, error);
  }
  return { ...listening, answer };
}

/** Creates the table at a DynamoDB endpoint unless it exists. Resolves when it can be used. */
export async function createTableFromTemplate(endpoint: string, tableName: string, templateFile: string): Promise<void> {
  const wanted = { ...tableProperties(templateFile), TableName: tableName };
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint, region: "eu-central-1", credentials, maxAttempts: 1 });
  try {
    await client.send(new CreateTableCommand(wanted)).catch((error) => {
      if (!(error instanceof ResourceInUseException)) throw error;
    });
    const actual = await whenActive(client, tableName);
    if (shapeOf(actual) !== shapeOf(wanted)) throw new Error(`it has other keys or indexes than ${templateFile}`);
  } finally {
    client.destroy();
  }
}

const READY_WITHIN_MS = 10_000;

async function whenActive(client: DynamoDBClient, tableName: string): Promise<TableDescription> {
  const until = Date.now() + READY_WITHIN_MS;
  while (Date.now() < until) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    if (Table?.TableStatus === "ACTIVE") return Table;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`table ${tableName} is not ready after ${READY_WITHIN_MS / 1000} s`);
}

/** Opens dynalite's files before dynalite does. If another process has them open, dynalite's own error could not be caught. */
async function tryFolder(path: string): Promise<void> {
  mkdirSync(path, { recursive: true });
  const { Level } = createRequire(import.meta.resolve("dynalite"))("level");
  const files = new Level(path);
  try {
    await files.open();
  } catch (error) {
    throw unusable(path, (error as Error).cause ?? error);
  } finally {
    await files.close();
  }
}

function unusable(path: string, error: unknown): Error {
  const isLocked = (error as { code?: string }).code === "LEVEL_LOCKED";
  return new Error(
    `the table in ${path} cannot be used: ${isLocked ? "another process has it open. Set LOCAL_FOLDER to another folder" : (error as Error).message}`,
  );
}

/** dynalite throws if a client disconnects during a request, which would end the whole stack. */
function outliveAbortedRequests(server: Server): void {
  server.on("request", (request) => {
    request.removeAllListeners("error");
    request.on("error", () => request.destroy());
  });
}
