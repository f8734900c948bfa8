import type { Job, JobKey } from "../../domain/job/job.ts";
import { sourceOfId } from "../../domain/job/sources.ts";
import { jobPk } from "../../domain/table-keys.ts";
import { isSigned, sign } from "./mac.ts";

/** How long a link in a message shows its job without signing in. */
const LINK_MS = 30 * 86_400_000;

interface LinkSettings {
  publicUrl?: string | undefined;
  signingSecret?: string | undefined;
  defaultProjectId?: string | undefined;
}

type Registered = JobKey & Pick<Job, "registeredAt">;

/**
 * The address of a job's page, signed for this one job as it was registered: none that comes later under the same id. Undefined
 * where there are no pages. `now` in milliseconds.
 */
export function jobPages(settings: LinkSettings, now: () => number): ((job: Registered) => string) | undefined {
  const { publicUrl, signingSecret, defaultProjectId } = settings;
  if (publicUrl === undefined || signingSecret === undefined) return undefined;
  return (job) => {
    const { team, jobId, projectId, source, registeredAt } = job;
    const until = Math.floor((now() + LINK_MS) / 1000).toString(36);
    const since = registeredAt.toString(36);
    const query = new URLSearchParams({
      ...(projectId !== defaultProjectId && { projectId }),
      ...(source !== sourceOfId(jobId) && { source }),
      link: [until, team, since, sign(signingSecret, "link", until, since, jobPk(job))].join("."),
    });
    return `${publicUrl}/jobs/${encodeURIComponent(jobId)}?${query}`;
  };
}

/**
 * The job that a link shows at this address, and when that must have been registered: undefined where it has run out, was
 * changed, or was signed for another job.
 */
export function jobOfLink(
  secret: string,
  link: string,
  address: Omit<JobKey, "team">,
  now: number,
): { job: JobKey; registeredAt: number } | undefined {
  const [until = "", team = "", since = "", signature = "", ...more] = link.split(".");
  if (more.length > 0) return undefined;
  const job = { ...address, team };
  if (!isSigned(signature, secret, "link", until, since, jobPk(job)) || Number.parseInt(until, 36) * 1000 <= now)
    return undefined;
  return { job, registeredAt: Number.parseInt(since, 36) };
}
