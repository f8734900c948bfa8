import type { CloudState, Observation, Seen, SubJob } from "../../../../domain/job/job.ts";
import { isRecord } from "../../http/errors.ts";
import { isAnother, keptSubJobs, LONGEST_REASON } from "../../http/field-limits.ts";
import { cleanText } from "../../http/text.ts";
import { parseCloudTime } from "../../http/time.ts";
import { unreachable } from "../../http/unreachable.ts";

const STATES: readonly CloudState[] = ["waiting", "running", "success", "failed"];

/**
 * Reads the body of a good answer. Strict about what decides (status, id), tolerant about what only describes: no odd field
 * may hide that a job has failed.
 */
export function observationOfJob(body: unknown, expectedId: string): Observation {
  if (!isRecord(body)) return unreachable("invalid-response", "the answer is not a JSON object");
  if (isAnother(body.job_id, expectedId)) return unreachable("invalid-response", "the answer is about another job");
  const word = typeof body.status === "string" ? cleanText(body.status, 64) : undefined;
  if (word === undefined) return unreachable("invalid-response", "the answer has no status");
  const seen: Seen = { kind: "seen", ...keptSubJobs(body.sub_jobs, subJobOf) };
  const state = stateOf(word);
  if (state !== undefined) seen.state = state;
  else seen.unknownStatus = word;
  addDetails(seen, body, LONGEST_REASON);
  return seen;
}

function stateOf(word: string): CloudState | undefined {
  return STATES.find((state) => state === word) ?? STATES.find((state) => state === word.toLowerCase());
}

/** Fields that a job and its sub jobs have in common, set one by one: this is done for every look. */
function addDetails(to: Omit<SubJob, "state">, body: Record<string, unknown>, longestReason: number): void {
  const jobType = cleanText(body.job_type, 64);
  if (jobType !== undefined) to.jobType = jobType;
  const beginTime = parseCloudTime(body.begin_time);
  if (beginTime !== undefined) to.beginTime = beginTime;
  const endTime = parseCloudTime(body.end_time);
  if (endTime !== undefined) to.endTime = endTime;
  const errorCode = cleanText(body.error_code, 64);
  if (errorCode !== undefined) to.errorCode = errorCode;
  const failReason = cleanText(body.fail_reason, longestReason);
  if (failReason !== undefined) to.failReason = failReason;
}

function subJobOf(body: Record<string, unknown>, longestReason: number): SubJob {
  const subJob: SubJob = {};
  const jobId = cleanText(body.job_id, 64);
  if (jobId !== undefined) subJob.jobId = jobId;
  const word = cleanText(body.status, 64);
  if (word !== undefined) subJob.state = stateOf(word) ?? word.toLowerCase();
  addDetails(subJob, body, longestReason);
  return subJob;
}
