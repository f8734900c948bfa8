/** A place in a listing. */
export interface Cursor {
  pk: string;
  /** When it was registered, of an open job when its watch began. */
  at: number;
  isLate: boolean;
}

export function encodeCursor({ pk, at, isLate }: Cursor): string {
  return Buffer.from(JSON.stringify([pk, at, ...(isLate ? [1] : [])])).toString("base64url");
}

/** A cursor that this listing did not give is refused: it may name another team's job. */
export function decodeCursor(cursor: string, isShown: (pk: string) => boolean): Cursor | "bad cursor" {
  const [pk, at, late] = parseList(Buffer.from(cursor, "base64url").toString());
  if (typeof pk !== "string" || !isShown(pk) || !isTime(at)) return "bad cursor";
  return { pk, at, isLate: late === 1 };
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
