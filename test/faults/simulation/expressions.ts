import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type Item = Record<string, AttributeValue>;

/** The parameters of the adapter's calls. */
export interface Input {
  Key?: Item;
  UpdateExpression?: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
  ReturnValues?: string;
  Segment?: number;
  TotalSegments?: number;
  ExclusiveStartKey?: Item;
}

/** Evaluates `a = :b`, `a <= :b`, `a > :b` and `attribute_not_exists(a)`, joined by OR. */
export function holds(input: Input, item: Item | undefined): boolean {
  const { ConditionExpression: condition } = input;
  return condition === undefined || condition.split(" OR ").some((term) => termHolds(term, input, item));
}

function termHolds(
  term: string,
  { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} }: Input,
  item: Item = {},
) {
  const absent = /^attribute_not_exists\((#?\w+)\)$/.exec(term)?.[1];
  if (absent !== undefined) return item[names[absent] ?? absent] === undefined;
  const [, name = "", operator, value = ""] = /^(#?\w+) (=|<=|>) (:\w+)$/.exec(term) ?? [];
  if (operator === undefined) throw new Error(`the condition "${term}" is not simulated`);
  const [has, wanted] = [item[names[name] ?? name], values[value]];
  if (has === undefined || wanted === undefined) return false;
  if (operator === "=") return (has.S ?? has.N) === (wanted.S ?? wanted.N);
  return operator === ">" ? Number(has.N) > Number(wanted.N) : Number(has.N) <= Number(wanted.N);
}

export function updated(
  { UpdateExpression = "", ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} }: Input,
  item: Item,
): Item {
  const [sets = "", removes = ""] = UpdateExpression.replace(/^SET /, "").split(" REMOVE ");
  const set = sets.split(", ").map((pair) => pair.split(" = "));
  const removed = new Set(removes.split(", ").map((name) => names[name] ?? name));
  const kept = Object.entries(item).filter(([name]) => !removed.has(name));
  return Object.fromEntries([...kept, ...set.map(([name = "", value = ""]) => [names[name] ?? name, values[value]])]);
}
