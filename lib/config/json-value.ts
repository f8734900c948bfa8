/** Reports a problem. The text follows the name of the variable and shows no value. */
export type Problem = (whatIsWrong: string) => void;

export function hasOnly(object: Record<string, unknown>, known: string[]): boolean {
  return Object.keys(object).every((key) => known.includes(key));
}

export function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
