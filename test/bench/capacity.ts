import type { World } from "../world.ts";

/** What the table charged, by the kind of item that was written, and for what was read. */
export interface Capacity {
  /** Write units by kind of item: `job`, `channel`, `cycle`, `durations` ... */
  writes: Record<string, number>;
  /** Read units by kind of item for single ones, by command for the rest. */
  reads: Record<string, number>;
}

interface Consumed {
  CapacityUnits?: number;
}

/** Counts what the engine says that each call consumed, all indexes included, until it is asked. */
export function countCapacity({ table }: Pick<World, "table">): () => Capacity {
  let counted: Capacity = { writes: {}, reads: {} };
  table.client.middlewareStack.add(
    (next, context) => async (args) => {
      const input = args.input as { ReturnConsumedCapacity?: string; Key?: { pk?: { S?: string } } };
      const answer = await next({ ...args, input: { ...input, ReturnConsumedCapacity: "INDEXES" } } as typeof args);
      const units = unitsOf((answer.output as { ConsumedCapacity?: Consumed | Consumed[] }).ConsumedCapacity);
      const isWrite = /^(Update|Put|Delete)/.test(context.commandName ?? "");
      const name = input.Key?.pk?.S?.split("#")[0] ?? context.commandName ?? "";
      const account = isWrite ? counted.writes : counted.reads;
      account[name] = (account[name] ?? 0) + units;
      return answer;
    },
    { step: "initialize", name: "countCapacity" },
  );
  return () => {
    const result = counted;
    counted = { writes: {}, reads: {} };
    return result;
  };
}

function unitsOf(consumed: Consumed | Consumed[] = []): number {
  return [consumed].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}
