import { randomBytes } from "node:crypto";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandOutput,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "./items.ts";

export interface Condition {
  expression: string;
  names: Record<string, string>;
  values?: Record<string, AttributeValue>;
}

/** Saves the next version of an item. Returns false if `version` is not the stored one; 0: no item, or one that has expired. */
export function saveVersion(
  client: DynamoDBClient,
  table: string,
  pk: string,
  attributes: Record<string, AttributeValue | undefined>,
  version: number,
  nowMs: number,
): Promise<boolean> {
  const condition: Condition =
    version > 0
      ? { expression: "#version = :seen", names: {}, values: { ":seen": { N: String(version) } } }
      : {
          expression: "attribute_not_exists(pk) OR #expiresAt <= :now",
          names: { "#expiresAt": "expiresAt" },
          values: { ":now": { N: String(Math.floor(nowMs / 1000)) } },
        };
  return updateIf(client, table, pk, { ...attributes, version: { N: String(version + 1) } }, condition);
}

/**
 * Makes one conditional write. Returns whether it was saved. If an answer is lost, the SDK repeats the write, and the condition fails
 * because of its own first attempt. So after a failed condition the write id of the item is compared.
 */
export async function updateIf(
  client: DynamoDBClient,
  table: string,
  pk: string,
  attributes: Record<string, AttributeValue | undefined>,
  condition: Condition,
): Promise<boolean> {
  const writeId = randomBytes(9).toString("base64url");
  if (await update(client, table, pk, { ...attributes, writeId: { S: writeId } }, condition)) return true;
  return (await getItem(client, table, pk))?.writeId?.S === writeId;
}

/** Makes one conditional write. Returns its answer, or undefined if the condition fails. */
export async function update(
  client: DynamoDBClient,
  table: string,
  pk: string,
  attributes: Record<string, AttributeValue | undefined>,
  condition: Condition,
  ReturnValues?: "ALL_NEW",
): Promise<UpdateItemCommandOutput | undefined> {
  const { expression, names, values } = updateOf(attributes);
  const command = new UpdateItemCommand({
    TableName: table,
    Key: { pk: { S: pk } },
    UpdateExpression: expression,
    ConditionExpression: condition.expression,
    ExpressionAttributeNames: { ...names, ...condition.names },
    ExpressionAttributeValues: { ...values, ...condition.values },
    ReturnValues,
  });
  return await unlessConditionFails(client.send(command));
}

/** Returns the answer of a conditional write, or undefined if its condition fails. */
export async function unlessConditionFails<Answer>(write: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

export async function getItem(
  client: DynamoDBClient,
  table: string,
  pk: string,
  ConsistentRead = true,
): Promise<Item | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: pk } }, ConsistentRead }));
  return Item;
}

/** Does not change attributes that this version does not know: a newer version may have written them. */
function updateOf(attributes: Record<string, AttributeValue | undefined>) {
  const names: Record<string, string> = {};
  const values: Record<string, AttributeValue> = {};
  const sets: string[] = [];
  const removes: string[] = [];
  for (const [name, value] of Object.entries(attributes)) {
    names[`#${name}`] = name;
    if (value === undefined) removes.push(`#${name}`);
    else {
      values[`:${name}`] = value;
      sets.push(`#${name} = :${name}`);
    }
  }
  const remove = removes.length > 0 ? ` REMOVE ${removes.join(", ")}` : "";
  return { expression: `SET ${sets.join(", ")}${remove}`, names, values };
}
