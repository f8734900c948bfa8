import type { CloudState, Observation, Seen, SubJob } from "../../../../domain/job/job.ts";
import { isRecord } from "../../http/errors.ts";
import { isOtherId, keptSubJobs, MAX_REASON } from "../../http/field-limits.ts";
import { cleanText } from "../../http/text.ts";
import { parseCloudTime } from "../../http/time.ts";
import { unreachable } from "../../http/unreachable.ts";

const STATES: readonly CloudState[] = ["waiting", "running", "success", "failed"];

/**
 * Reads the body of a 2xx answer. Strict about status and id, tolerant about all other fields: a malformed field must not hide a
 * failed job.
 */
export function observationOfJob(body: unknown, expectedId: string): Observation {
  if (!isRecord(body)) return unreachable("invalid-response", "the response is not a JSON object");
  if (isOtherId(body.job_id, expectedId)) return unreachable("invalid-response", "the response describes another job");
  const word = typeof body.status === "string" ? cleanText(body.status, 64) : undefined;
  if (word === undefined) return unreachable("invalid-response", "the response has no status");
  const seen: Seen = { kind: "seen", ...keptSubJobs(body.sub_jobs, subJobOf) };
  const state = stateOf(word);
  if (state !== undefined) seen.state = state;
  else seen.unknownStatus = word;
  addDetails(seen, body, MAX_REASON);
  return seen;
}

function stateOf(word: string): CloudState | undefined {
  return STATES.find((state) => state === word) ?? STATES.find((state) => state === word.toLowerCase());
}

/** Sets the fields that a job and its sub jobs share, one by one for speed. */
function addDetails(to: Omit<SubJob, "state">, body: Record<string, unknown>, maxReason: number): void {
  const jobType = cleanText(body.job_type, 64);
  if (jobType !== undefined) to.jobType = jobType;
  const beginTime = parseCloudTime(body.begin_time);
  if (beginTime !== undefined) to.beginTime = beginTime;
  const endTime = parseCloudTime(body.end_time);
  if (endTime !== undefined) to.endTime = endTime;
  const errorCode = cleanText(body.error_code, 64);
  if (errorCode !== undefined) to.errorCode = errorCode;
  const failReason = cleanText(body.fail_reason, maxReason);
  if (failReason !== undefined) to.failReason = failReason;
}

function subJobOf(body: Record<string, unknown>, maxReason: number): SubJob {
  const subJob: SubJob = {};
  const jobId = cleanText(body.job_id, 64);
  if (jobId !== undefined) subJob.jobId = jobId;
  const word = cleanText(body.status, 64);
  if (word !== undefined) subJob.state = stateOf(word) ?? word.toLowerCase();
  addDetails(subJob, body, maxReason);
  return subJob;
}
