import type { World } from "./world.ts";

/** Counts calls to the table from now on, by operation. */
export function countCalls({ table }: World): Map<string, number> {
  const calls = new Map<string, number>();
  table.client.middlewareStack.add(
    (next, { commandName = "" }) =>
      (args) => {
        calls.set(commandName, (calls.get(commandName) ?? 0) + 1);
        return next(args);
      },
    { step: "initialize", name: "countCalls" },
  );
  return calls;
}
