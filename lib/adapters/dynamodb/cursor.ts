/** A place in a listing, behind the job that it names. */
export interface Cursor {
  /** "" where that job is not for the reader's eyes: the place is before all jobs of this time. */
  pk: string;
  /** When it was registered; in the order of open jobs since when it is tracked. */
  at: number;
  order: Order;
}

/** All jobs of a team by registration; open jobs by tracking; the late ones among these, where they come first. */
const ORDERS = ["registered", "open", "late"] as const;
export type Order = (typeof ORDERS)[number];

export function encodeCursor({ pk, at, order }: Cursor): string {
  return Buffer.from(JSON.stringify([pk, at, ORDERS.indexOf(order)])).toString("base64url");
}

/** A cursor that this listing did not give is refused: it may name another team's job. */
export function decodeCursor(cursor: string, isShown: (pk: string) => boolean): Cursor | "bad cursor" {
  const [pk, at, number] = parseList(Buffer.from(cursor, "base64url").toString());
  const order = ORDERS[Number(number)];
  if (typeof pk !== "string" || !(pk === "" || isShown(pk)) || !isTime(at) || order === undefined) return "bad cursor";
  return { pk, at, order };
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function parseList(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
