import { parseJson } from "../../domain/json.ts";

/** A position in a list, after the job that it names. */
export interface Cursor {
  /** "" if the reader may not see that job: then the position is before all jobs of this time. */
  pk: string;
  /** When the job was registered. In the order of open jobs: when tracking began. */
  at: number;
  order: Order;
}

/** All jobs by registration, open jobs by start of tracking, or urgent open jobs before the others. */
const ORDERS = ["registered", "open", "urgent"] as const;
export type Order = (typeof ORDERS)[number];

export function encodeCursor({ pk, at, order }: Cursor): string {
  return Buffer.from(JSON.stringify([pk, at, ORDERS.indexOf(order)])).toString("base64url");
}

/** Rejects a cursor that this list did not return, since it may name another team's job. */
export function decodeCursor(cursor: string, isShown: (pk: string) => boolean): Cursor | "bad cursor" {
  const parsed = parseJson(Buffer.from(cursor, "base64url").toString());
  const [pk, at, number]: unknown[] = Array.isArray(parsed) ? parsed : [];
  const order = ORDERS[Number(number)];
  if (typeof pk !== "string" || !(pk === "" || isShown(pk)) || !isTime(at) || order === undefined) return "bad cursor";
  return { pk, at, order };
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
