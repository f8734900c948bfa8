import type { Job } from "../../lib/job/job.ts";

/** Another one after each change of the job's record, whatever it is a change of. */
export function etagOf({ version }: Job): string {
  return `"${version}"`;
}

/** Whether a list of entity tags, or `*`, names the job as it stands. `isStrong`: weak tags do not count (RFC 9110, 13.1). */
export function names(list: string, job: Job, isStrong = false): boolean {
  if (list.trim() === "*") return true;
  const tags = list.split(",").map((tag) => tag.trim());
  return tags.some((tag) => (isStrong ? tag : tag.replace(/^W\//, "")) === etagOf(job));
}

const LONGEST_WAIT_SECONDS = 25;

/** Seconds of `Prefer: wait=N` (RFC 7240), at most 25: the gateway gives up at 30. Undefined where none is preferred. */
export function waitSecondsOf(prefer = ""): number | undefined {
  for (const preference of prefer.split(",")) {
    const digits = /^\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:;|$)/i.exec(preference)?.[1];
    if (digits !== undefined) return Math.min(Number(digits), LONGEST_WAIT_SECONDS);
  }
  return undefined;
}
