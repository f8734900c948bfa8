import type { Job } from "../../domain/job/job.ts";
import { typeName } from "../../domain/job/job-types.ts";
import { growthWords, namesOf, type Resource, shareActivity } from "../../domain/job/resource.ts";
import { nounOf } from "../../domain/job/sources.ts";
import { mrkdwn } from "./text.ts";

/** Maximum characters of each outside value in one sentence or line. */
export interface TextLimits {
  type: number;
  name: number;
  reason: number;
  code: number;
  /** The failed step; 0 omits it. */
  step: number;
}

/** The fields that name a job. */
type Named = Pick<Job, "source" | "jobId"> & {
  jobType?: string | undefined;
  title?: string | undefined;
  resource?: Resource | undefined;
};

export function typeWords(jobType: string | undefined, limit: number, noun = "SFS Turbo job"): string {
  const words = jobType === undefined ? "" : mrkdwn(typeName(jobType), limit);
  return words === "" ? noun : words;
}

/** `Extend share "data-01"`, or `Extending share "data-01" from 500 GB to 600 GB`: the start of every sentence about a job. */
export function titleOf(job: Named, limits: TextLimits): string {
  const activity = shareActivity(job) ?? typeWords(job.jobType, limits.type, nounOf(job.source));
  return `${activity} "${nameOf(job, limits.name)}"${growthWords(job)}`;
}

/** The cloud's reason and code as the end of a sentence: `quota exceeded (SFS.TURBO.0010)`. */
export function reasonWords(description: { failReason?: string; errorCode?: string }, limits: TextLimits): string | undefined {
  const sentence = (description.failReason ?? "").trimEnd();
  const reason = mrkdwn(sentence.endsWith(".") ? sentence.slice(0, -1) : sentence, limits.reason);
  const code = mrkdwn(description.errorCode ?? "", limits.code);
  if (reason === "" || code === "") return reason || code || undefined;
  return `${reason} (${code})`;
}

/** A name can consist of invisible characters only. */
function nameOf(job: Named, limit: number): string {
  return (
    namesOf(job)
      .map((name) => mrkdwn(name, limit))
      .find((name) => name !== "") ?? ""
  );
}
