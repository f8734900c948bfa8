import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { CLOCK_DIFFERENCE_MS } from "../../domain/stored-times.ts";
import { unlessConditionFails } from "./update.ts";

/** A larger debt was written by a wrong clock, and must not lock the team out. */
const MAX_REQUESTS_OWED = 60;
const TTL_SECONDS = 3_600;
const MAX_ATTEMPTS = 4;

interface Consumption {
  costMs: number;
  /** Result of an earlier call, or 0. Decides which of two writes is tried first. */
  lastKnown: number;
  now: number;
}

/**
 * Consumes requests from a team's rate limit (GCRA). One item per team has the time at which all of them are paid off. Usually one write,
 * two after an idle period. A retry after a lost answer counts twice, which delays only that team, for a moment.
 */
export async function consumeRateLimit(
  client: DynamoDBClient,
  table: string,
  team: string,
  consumption: Consumption,
): Promise<number> {
  let busy = consumption.lastKnown > consumption.now;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const until = await consume(client, table, team, consumption, busy);
    if (until !== undefined) return until;
    busy = !busy;
  }
  throw new Error("the rate limit of a team could not be updated: too many concurrent writes");
}

async function consume(
  client: DynamoDBClient,
  table: string,
  team: string,
  { costMs, now }: Consumption,
  busy: boolean,
): Promise<number | undefined> {
  const numbers = {
    ":now": now,
    ":tooFar": now + MAX_REQUESTS_OWED * costMs + CLOCK_DIFFERENCE_MS,
    ":expiresAt": Math.ceil(now / 1000) + TTL_SECONDS,
    ...(busy ? { ":cost": costMs } : { ":until": now + costMs }),
  };
  const command = new UpdateItemCommand({
    TableName: table,
    Key: { pk: { S: `limit#${team}` } },
    UpdateExpression: `SET #until = ${busy ? "#until + :cost" : ":until"}, #expiresAt = :expiresAt`,
    ConditionExpression: busy
      ? "#until > :now AND #until < :tooFar"
      : "attribute_not_exists(#until) OR #until <= :now OR #until >= :tooFar",
    ExpressionAttributeNames: { "#until": "until", "#expiresAt": "expiresAt" },
    ExpressionAttributeValues: Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, { N: String(value) }])),
    ReturnValues: "UPDATED_NEW",
  });
  const updated = await unlessConditionFails(client.send(command));
  return updated && Number(updated.Attributes?.until?.N);
}
