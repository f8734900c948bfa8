// What reading an answer of any source has in common.

export const KEPT_SUB_JOBS = 50;
/** Characters of a reason: 50 sub jobs share the room of one item. */
export const LONGEST_REASON = 1_000;
export const LONGEST_SUB_REASON = 300;

/** Whether an answer names another job than the one asked for. One that names none is about that one. */
export function isAnother(id: unknown, askedId: string): boolean {
  if (id === askedId || id === undefined || id === null || id === "") return false;
  return typeof id !== "string" || id.trim().toLowerCase() !== askedId.toLowerCase();
}
