import type { World } from "../world.ts";

/** Capacity units that the table charged. */
export interface Capacity {
  /** Write units by kind of item: `job`, `channel`, `segment`, `durations` ... */
  writes: Record<string, number>;
  /** Read units by kind of item for single reads, by command for the rest. */
  reads: Record<string, number>;
}

interface Consumed {
  CapacityUnits?: number;
}

/** Counts the capacity that the engine reports for each call, including indexes. The returned function gives the counts and resets them. */
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
