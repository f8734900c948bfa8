import type { ChannelKind } from "../../../lib/config/channel-kinds.ts";
import { hasEnded, type Job } from "../../../lib/domain/job/job.ts";
import { typeName } from "../../../lib/domain/job/job-types.ts";
import { namesOf } from "../../../lib/domain/job/resource.ts";
import { nounOf } from "../../../lib/domain/job/sources.ts";
import type { JobState } from "../../../lib/domain/job/states.ts";
import { oneLine } from "../../../lib/domain/one-line.ts";

/** Returns an untrusted value as one line of at most `limit` characters. hono/html escapes it. */
export function truncate(value: string, limit: number): string {
  const line = oneLine(value);
  const points = Array.from(line);
  if (points.length <= limit) return line;
  return `${points.slice(0, limit).join("")}… (+${points.length - limit} characters)`;
}

export function titleOf(job: Pick<Job, "source" | "title" | "resource" | "jobId">): string {
  return (
    namesOf(job)
      .map((name) => truncate(name, 160))
      .find((name) => name !== "") ?? job.jobId
  );
}

export function typeOf({ jobType = "", source }: { jobType?: string; source?: string }): string {
  return truncate(typeName(jobType), 60) || (source === undefined ? "Step" : nounOf(source));
}

/** The status that pages show. An open job that was reported late is `late`. */
export type DisplayStatus = JobState | "late";

export function displayStatusOf(job: Job): DisplayStatus {
  return job.late && !hasEnded(job) ? "late" : job.state;
}

/** Returns "#name" for a Slack channel, else the name. */
export function channelName(name: string, kinds: Record<string, ChannelKind>): string {
  return `${isSlack(name, kinds) ? "#" : ""}${truncate(name, 63)}`;
}

/** A channel that is no longer configured counts as a Slack channel. */
function isSlack(name: string, kinds: Record<string, ChannelKind>): boolean {
  return !Object.hasOwn(kinds, name) || kinds[name] === "slack";
}

/** Returns the URL if it is http or https; otherwise undefined. */
export function openable(url: string | undefined): string | undefined {
  const parsed = URL.parse(url ?? "");
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.href : undefined;
}
