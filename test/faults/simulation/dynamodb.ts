import { openKeyOf } from "../../../lib/adapters/dynamodb/open-index.ts";
import { hashFraction } from "../../../lib/domain/hash.ts";
import { holds, type Input, type Item, updated } from "./expressions.ts";
import type { Simulation } from "./simulation.ts";

/** DynamoDB in memory, as far as the adapter needs it: items with conditional updates, and the sparse, delayed index. */
export interface Engine {
  put(item: Item): void;
  /** Carries out one call that has reached the table. */
  execute(simulation: Simulation, operation: string, input: Input): Answer;
  isIdle(): boolean;
}

export interface Answer {
  status: number;
  body: unknown;
  /** The written attributes. */
  pk?: string;
}

interface Row {
  pk: string;
  share: number;
  /** Newest last. */
  versions: { at: number; item: Item }[];
}

export function createEngine(pageSize: number): Engine {
  const rows = new Map<string, Row>();
  const itemOf = (pk: string) => rows.get(pk)?.versions.at(-1)?.item;
  const put = (item: Item, at = 0) => {
    const pk = item.pk?.S ?? "";
    const row = rows.get(pk) ?? { pk, share: hashFraction(pk), versions: [] };
    row.versions.push({ at, item });
    rows.set(pk, row);
  };

  const update = (input: Input, at: number): Answer => {
    const pk = input.Key?.pk?.S ?? "";
    const item = itemOf(pk);
    if (!holds(input, item)) return CONDITION_FAILED;
    const next = updated(input, item ?? { pk: { S: pk } });
    put(next, at);
    return { status: 200, body: input.ReturnValues === "ALL_NEW" ? { Attributes: next } : {}, pk };
  };
  const scan = ({ Segment = 0, TotalSegments = 1, ExclusiveStartKey }: Input, asOf: () => number): Answer =>
    readIndex(ExclusiveStartKey, ({ share }) => Math.floor(share * TotalSegments) === Segment, asOf);
  const query = ({ ExpressionAttributeValues, ExclusiveStartKey }: Input, asOf: () => number): Answer =>
    readIndex(ExclusiveStartKey, ({ pk }) => openKeyOf(pk) === ExpressionAttributeValues?.[":open"]?.S, asOf);
  const readIndex = (start: Item | undefined, isWanted: (row: Row) => boolean, asOf: () => number): Answer => {
    const after = start?.pk?.S ?? "";
    const found = [...rows.values()]
      .filter((row) => row.pk > after && isWanted(row))
      .sort((one, other) => (one.pk < other.pk ? -1 : 1))
      .map(
        ({ versions }) =>
          versions.findLast(
            (
              (time) =>
              ({ at }) =>
                at <= time
            )(asOf()),
          )?.item,
      )
      .filter((item) => item?.open !== undefined);
    const Items = found.slice(0, pageSize);
    const last = Items.at(-1);
    return {
      status: 200,
      body: { Items, ...(found.length > pageSize && { LastEvaluatedKey: { pk: last?.pk, open: last?.open } }) },
    };
  };

  return {
    put,
    execute({ elapsed, faults }, operation, input) {
      if (operation === "GetItem") return { status: 200, body: { Item: itemOf(input.Key?.pk?.S ?? "") } };
      if (operation === "UpdateItem") return update(input, elapsed());
      if (operation === "Scan") return scan(input, () => elapsed() - faults.staleMs());
      if (operation === "Query") return query(input, () => elapsed() - faults.staleMs());
      throw new Error(`${operation} is not simulated`);
    },
    isIdle: () => [...rows.values()].every(({ versions }) => versions.at(-1)?.item.open === undefined),
  };
}

const CONDITION_FAILED: Answer = {
  status: 400,
  body: {
    __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
    message: "The conditional request failed",
  },
};
