import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DescribeTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, onTestFinished, test } from "vitest";
import { createTableFromTemplate, startTable, type TableOptions } from "../../infra/local/table.ts";

const TEMPLATE = fileURLToPath(new URL("../../infra/table.yml", import.meta.url));
const ITEM = { pk: { S: "channel#storage" } };

async function tableForTest(options: Partial<TableOptions> = {}) {
  const table = await startTable({ port: 0, tableName: "jobs", templateFile: TEMPLATE, ...options });
  onTestFinished(() => table.close());
  return table;
}

function clientOf(endpoint: string) {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint, region: "eu-central-1", credentials });
  onTestFinished(() => client.destroy());
  return client;
}

function folderForTest() {
  const folder = mkdtempSync(join(tmpdir(), "table-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("the table matches the template and is ready to use", async () => {
  const { url } = await tableForTest();
  const { Table } = await clientOf(url).send(new DescribeTableCommand({ TableName: "jobs" }));
  expect(Table?.TableStatus).toBe("ACTIVE");
  expect(Table?.KeySchema).toEqual([{ AttributeName: "pk", KeyType: "HASH" }]);
  expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).sort()).toEqual(["byTeam", "open"]);
});

test("a table on disk keeps its items over a restart", async () => {
  const path = join(folderForTest(), "deep", "data");
  const first = await startTable({ port: 0, path, tableName: "jobs", templateFile: TEMPLATE });
  await clientOf(first.url).send(new PutItemCommand({ TableName: "jobs", Item: ITEM }));
  await first.close();
  const { url } = await tableForTest({ path });
  const { Item } = await clientOf(url).send(new GetItemCommand({ TableName: "jobs", Key: ITEM }));
  expect(Item).toEqual(ITEM);
});

test("a table on disk with other keys than the template is rejected with its path", async () => {
  const path = join(folderForTest(), "data");
  const other = join(folderForTest(), "other.yml");
  writeFileSync(
    other,
    `Resources:
  Other:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "\${AWS::StackName}-jobs"
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      Tags: [{ Key: stack, Value: !Ref AWS::StackName }]
`,
  );
  await (await startTable({ port: 0, path, tableName: "jobs", templateFile: other })).close();
  await expect(tableForTest({ path })).rejects.toThrow(/^the table in .*data cannot be used: it has other keys or indexes/);
});

test("a folder that another table has open is rejected", async () => {
  const path = join(folderForTest(), "data");
  await tableForTest({ path });
  await expect(tableForTest({ path })).rejects.toThrow(
    /^the table in .*data cannot be used: another process has it open\. Set LOCAL_FOLDER to another folder$/,
  );
});

test("a port in use is reported in one line, and creating the table twice changes nothing", async () => {
  const { port, url } = await tableForTest();
  await expect(tableForTest({ port })).rejects.toThrow(
    new Error(`port ${port} for the embedded table is in use: set TABLE_PORT to another`),
  );
  await createTableFromTemplate(url, "jobs", TEMPLATE);
});

test("a client that disconnects during a request does not end the table", async () => {
  const { port, url } = await tableForTest();
  const socket = connect(port, "127.0.0.1");
  socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{", () => socket.destroy());
  await new Promise((resolve) => socket.once("close", resolve));
  const { Table } = await clientOf(url).send(new DescribeTableCommand({ TableName: "jobs" }));
  expect(Table?.TableName).toBe("jobs");
});
