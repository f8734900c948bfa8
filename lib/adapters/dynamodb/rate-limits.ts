import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { CLOCK_DIFFERENCE_MS } from "../../domain/stored-times.ts";
import { unlessRefused } from "./update.ts";

/** A debt of more bookings than this was written by a clock that ran ahead, and must lock no team out. */
const MOST_BOOKINGS = 60;
const KEPT_SECONDS = 3_600;
const TRIES = 4;

interface Booking {
  costMs: number;
  /** What an earlier booking gave back, if any: it tells which of two writes is likely to stand. */
  lastKnown: number;
  now: number;
}

/**
 * One item a team says until when its rate takes to make up for all booked requests. Mostly one write, two at a change from
 * idle to busy. One that is repeated after a lost answer books twice, which costs that team a moment and nobody else anything.
 */
export async function consumeRateLimit(client: DynamoDBClient, table: string, team: string, booking: Booking): Promise<number> {
  let busy = booking.lastKnown > booking.now;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const until = await book(client, table, team, booking, busy);
    if (until !== undefined) return until;
    busy = !busy;
  }
  throw new Error("a team's requests cannot be booked: its account changes too fast");
}

async function book(
  client: DynamoDBClient,
  table: string,
  team: string,
  { costMs, now }: Booking,
  busy: boolean,
): Promise<number | undefined> {
  const numbers = {
    ":now": now,
    ":nonsense": now + MOST_BOOKINGS * costMs + CLOCK_DIFFERENCE_MS,
    ":expiresAt": Math.ceil(now / 1000) + KEPT_SECONDS,
    ...(busy ? { ":cost": costMs } : { ":until": now + costMs }),
  };
  const command = new UpdateItemCommand({
    TableName: table,
    Key: { pk: { S: `limit#${team}` } },
    UpdateExpression: `SET #until = ${busy ? "#until + :cost" : ":until"}, #expiresAt = :expiresAt`,
    ConditionExpression: busy
      ? "#until > :now AND #until < :nonsense"
      : "attribute_not_exists(#until) OR #until <= :now OR #until >= :nonsense",
    ExpressionAttributeNames: { "#until": "until", "#expiresAt": "expiresAt" },
    ExpressionAttributeValues: Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, { N: String(value) }])),
    ReturnValues: "UPDATED_NEW",
  });
  const booked = await unlessRefused(client.send(command));
  return booked && Number(booked.Attributes?.until?.N);
}
