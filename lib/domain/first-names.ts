const NAMES_KEPT = 10;

/** How many there are, and the names of the first. */
export interface FirstNames {
  count: number;
  names: string[];
}

export function withNames({ count, names }: FirstNames = { count: 0, names: [] }, more: string[]): FirstNames {
  return { count: count + more.length, names: [...names, ...more].slice(0, NAMES_KEPT) };
}

/** "scratch-1, scratch-2 and 12 more". */
export function nameWords({ count, names }: FirstNames): string {
  return `${names.join(", ")}${count > names.length ? ` and ${count - names.length} more` : ""}`;
}
