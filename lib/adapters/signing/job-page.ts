import type { Job, JobKey } from "../../domain/job/job.ts";
import { sourceOfId } from "../../domain/job/sources.ts";
import { jobPk } from "../../domain/table-keys.ts";
import { isSigned, sign } from "./mac.ts";

/** How long a link in a message shows its job without a sign-in. */
const LINK_MS = 30 * 86_400_000;

interface LinkSettings {
  publicUrl?: string | undefined;
  signingSecret?: string | undefined;
  defaultProjectId?: string | undefined;
}

type Registered = JobKey & Pick<Job, "registeredAt">;

/**
 * Returns a function for the URL of a job's page, signed for this registration. A later job with the same id needs another link.
 * Undefined if there are no pages. `now` in milliseconds.
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
 * Returns the job that a link may show at this address, and the time of its registration. Undefined if the link has expired, was
 * changed, or belongs to another job.
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
