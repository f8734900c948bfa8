import type { JobKey } from "../job/job.ts";
import { jobOfPk, jobPk } from "../job/names.ts";
import { sourceOfId } from "../job/sources.ts";
import { isSigned, sign } from "./mac.ts";

/** How long a link in a message shows its job without signing in. */
const LINK_MS = 30 * 86_400_000;

interface LinkSettings {
  publicUrl?: string | undefined;
  signingSecret?: string | undefined;
}

/** The address of a job's page, signed for this one job; undefined where there are no pages. `now` in milliseconds. */
export function jobPages({ publicUrl, signingSecret }: LinkSettings, now: () => number): ((job: JobKey) => string) | undefined {
  if (publicUrl === undefined || signingSecret === undefined) return undefined;
  return (job) => {
    const { jobId, projectId, source } = job;
    const link = linkOf(signingSecret, job, now() + LINK_MS);
    const query = new URLSearchParams({ projectId, ...(source !== sourceOfId(jobId) && { source }), link });
    return `${publicUrl}/jobs/${encodeURIComponent(jobId)}?${query}`;
  };
}

/** The job that a link shows: undefined where it has run out, was changed, or stands on another job's address. */
export function jobOfLink(secret: string, link: string, jobId: string, now: number): JobKey | undefined {
  const [packed = "", signature = ""] = link.split(".");
  if (!isSigned(signature, secret, "link", packed)) return undefined;
  const [, until = "", pk = ""] = /^(\d+) (.+)$/s.exec(Buffer.from(packed, "base64url").toString()) ?? [];
  const job = jobOfPk(pk);
  return Number(until) > now / 1000 && job?.jobId === jobId ? job : undefined;
}

function linkOf(secret: string, job: JobKey, until: number): string {
  const packed = Buffer.from(`${Math.floor(until / 1000)} ${jobPk(job)}`).toString("base64url");
  return `${packed}.${sign(secret, "link", packed)}`;
}
