import { randomBytes } from "node:crypto";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "./items.ts";

export interface Condition {
  expression: string;
  names: Record<string, string>;
  values?: Record<string, AttributeValue>;
}

/**
 * One conditional write. Gives back whether it stands: where an answer is lost the SDK repeats the write and is refused by
 * its own first try, so on a refusal the item is read and its write id compared before anyone is said to have been first.
 */
export async function updateIf(
  client: DynamoDBClient,
  table: string,
  pk: string,
  attributes: Record<string, AttributeValue | undefined>,
  condition: Condition,
): Promise<boolean> {
  const writeId = randomBytes(9).toString("base64url");
  const { expression, names, values } = updateOf({ ...attributes, writeId: { S: writeId } });
  const command = new UpdateItemCommand({
    TableName: table,
    Key: { pk: { S: pk } },
    UpdateExpression: expression,
    ConditionExpression: condition.expression,
    ExpressionAttributeNames: { ...names, ...condition.names },
    ExpressionAttributeValues: { ...values, ...condition.values },
  });
  if (await unlessRefused(client.send(command))) return true;
  return (await getItem(client, table, pk))?.writeId?.S === writeId;
}

/** What a conditional write answers; undefined where its condition does not hold. */
export async function unlessRefused<Answer>(write: Promise<Answer>): Promise<Answer | undefined> {
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

/** Attributes that this version does not know stay as they are: a newer one may have written them. */
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
