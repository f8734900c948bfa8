import type { Observation, SubJob } from "../../../../domain/job/job.ts";
import { CLOUD_STATES, type CloudState } from "../../../../domain/job/states.ts";
import { isObject } from "../../../../domain/json.ts";
import { isOtherId, keptSubJobs, MAX_REASON, present } from "../../http/field-limits.ts";
import { cleanText } from "../../http/text.ts";
import { parseCloudTime } from "../../http/time.ts";
import { unreachable } from "../../http/unreachable.ts";

/**
 * Reads the body of a 2xx answer. Strict about status and id, tolerant about all other fields: a malformed field must not hide a
 * failed job.
 */
export function observationOfJob(body: unknown, expectedId: string): Observation {
  if (!isObject(body)) return unreachable("invalid-response", "the response is not a JSON object");
  if (isOtherId(body.job_id, expectedId)) return unreachable("invalid-response", "the response describes another job");
  const word = typeof body.status === "string" ? cleanText(body.status, 64) : undefined;
  if (word === undefined) return unreachable("invalid-response", "the response has no status");
  const state = stateOf(word);
  return {
    kind: "seen",
    ...(state === undefined ? { unknownStatus: word } : { state }),
    ...detailsOf(body, MAX_REASON),
    ...keptSubJobs(body.sub_jobs, subJobOf),
  };
}

function stateOf(word: string): CloudState | undefined {
  return CLOUD_STATES.find((state) => state === word) ?? CLOUD_STATES.find((state) => state === word.toLowerCase());
}

/** Returns the fields that a job and its sub jobs share. */
function detailsOf(body: Record<string, unknown>, maxReason: number): Omit<SubJob, "jobId" | "state"> {
  return present({
    jobType: cleanText(body.job_type, 64),
    beginTime: parseCloudTime(body.begin_time),
    endTime: parseCloudTime(body.end_time),
    errorCode: cleanText(body.error_code, 64),
    failReason: cleanText(body.fail_reason, maxReason),
  });
}

function subJobOf(body: Record<string, unknown>, maxReason: number): SubJob {
  const word = cleanText(body.status, 64);
  const state = word === undefined ? undefined : (stateOf(word) ?? word.toLowerCase());
  return present({ jobId: cleanText(body.job_id, 64), state, ...detailsOf(body, maxReason) });
}
