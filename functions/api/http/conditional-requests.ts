import type { Job } from "../../../lib/domain/job/job.ts";
import type { LastPoll } from "../../../lib/domain/job/last-poll.ts";

/** Changes with each update of the job's record, and when its service becomes unreachable or reachable. */
export function etagOf({ version }: Job, lastPoll: LastPoll | undefined): string {
  return lastPoll === undefined ? `"${version}"` : `"${version}-${lastPoll.outcome}-${lastPoll.since.toString(36)}"`;
}

/** Whether `If-None-Match`, a list of entity tags or `*`, matches the current response for the job. */
export function matchesEtag(list: string, job: Job, lastPoll: LastPoll | undefined): boolean {
  return tagsOf(list).some((tag) => tag === "*" || tag.replace(/^W\//, "") === etagOf(job, lastPoll));
}

/** Whether `If-Match` matches the version of the job's record. Weak tags never match (RFC 9110, 13.1). The service's state is ignored. */
export function matchesVersion(list: string, { version }: Job): boolean {
  return tagsOf(list).some((tag) => tag === "*" || /^"(\d+)(?:-[^"]*)?"$/.exec(tag)?.[1] === String(version));
}

function tagsOf(list: string): string[] {
  return list.split(",").map((tag) => tag.trim());
}

const LONGEST_WAIT_SECONDS = 25;

/** Returns the seconds of `Prefer: wait=N` (RFC 7240), at most 25 since the gateway times out after 30. Undefined without that preference. */
export function waitSecondsOf(prefer = ""): number | undefined {
  for (const preference of prefer.split(",")) {
    const digits = /^\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:;|$)/i.exec(preference)?.[1];
    if (digits !== undefined) return Math.min(Number(digits), LONGEST_WAIT_SECONDS);
  }
  return undefined;
}
