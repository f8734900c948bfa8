import { readFileSync } from "node:fs";
import type { CreateTableCommandInput, TableDescription } from "@aws-sdk/client-dynamodb";
import { parse } from "yaml";

// Properties that a local engine supports. Others, such as encryption, recovery and time to live, exist only on AWS.
const KNOWN = ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "BillingMode"];

/** Returns the properties of the one table in a CloudFormation fragment. */
export function tableProperties(templateFile: string): Omit<CreateTableCommandInput, "TableName"> {
  // The parser does not know CloudFormation's tags (!Ref, !Sub ...) and keeps their values unresolved.
  const template = parse(readFileSync(templateFile, "utf8"), { logLevel: "error" });
  const resources: { Type: string; Properties: Record<string, unknown> }[] = Object.values(template?.Resources ?? {});
  const table = resources.find(({ Type }) => Type === "AWS::DynamoDB::Table");
  if (table === undefined) throw new Error(`${templateFile} has no AWS::DynamoDB::Table`);
  const known = Object.entries(table.Properties).filter(([name]) => KNOWN.includes(name));
  return Object.fromEntries(known) as unknown as Omit<CreateTableCommandInput, "TableName">;
}

/** Returns keys and indexes as one text, independent of their order. */
export function shapeOf(table: Pick<TableDescription, "KeySchema" | "GlobalSecondaryIndexes">): string {
  const keys = (schema: TableDescription["KeySchema"]) => (schema ?? []).map(({ AttributeName }) => AttributeName).join("+");
  const indexes = (table.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }) => {
    const attributes = [...(Projection?.NonKeyAttributes ?? [])].sort().join("+");
    return [IndexName, keys(KeySchema), Projection?.ProjectionType, attributes].join(" ");
  });
  return [keys(table.KeySchema), ...indexes.sort()].join(", ");
}
