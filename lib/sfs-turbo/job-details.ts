import type { CloudState, Observation, Seen, SubJob } from "../job/job.ts";
import { isRecord } from "./errors.ts";
import { cleanText } from "./text.ts";
import { parseCloudTime } from "./time.ts";
import { unreachable } from "./unreachable.ts";

const STATES: readonly string[] = ["waiting", "running", "success", "failed"] satisfies CloudState[];
const KEPT_SUB_JOBS = 50;
/** Characters of a reason: 50 sub jobs share the room of one item. */
const LONGEST_REASON = 1_000;
const LONGEST_SUB_REASON = 300;

/**
 * Reads the body of a good answer. Strict about what decides (status, id), tolerant about what only describes: no odd field
 * may hide that a job has failed.
 */
export function observationOfJob(body: unknown, askedId: string): Observation {
  if (!isRecord(body)) return unreachable("garbled", "the answer is not a JSON object");
  if (isAnother(body.job_id, askedId)) return unreachable("garbled", "the answer is about another job");
  const word = typeof body.status === "string" ? cleanText(body.status, 64) : undefined;
  if (word === undefined) return unreachable("garbled", "the answer has no status");
  return { kind: "seen", ...stateOf(word), ...detailsOf(body, LONGEST_REASON), subJobs: subJobsOf(body.sub_jobs) };
}

function isAnother(id: unknown, askedId: string): boolean {
  if (id === undefined || id === null || id === "") return false;
  return typeof id !== "string" || id.trim().toLowerCase() !== askedId.toLowerCase();
}

function stateOf(word: string): Pick<Seen, "state" | "unknownStatus"> {
  const lower = word.toLowerCase();
  return isCloudState(lower) ? { state: lower } : { unknownStatus: word };
}

function isCloudState(word: string): word is CloudState {
  return STATES.includes(word);
}

/** Fields that a job and its sub jobs have in common. */
function detailsOf(body: Record<string, unknown>, longestReason: number): Omit<SubJob, "jobId" | "state"> {
  const jobType = cleanText(body.job_type, 64);
  const beginTime = parseCloudTime(body.begin_time);
  const endTime = parseCloudTime(body.end_time);
  const errorCode = cleanText(body.error_code, 64);
  const failReason = cleanText(body.fail_reason, longestReason);
  return {
    ...(jobType !== undefined && { jobType }),
    ...(beginTime !== undefined && { beginTime }),
    ...(endTime !== undefined && { endTime }),
    ...(errorCode !== undefined && { errorCode }),
    ...(failReason !== undefined && { failReason }),
  };
}

function subJobsOf(list: unknown): SubJob[] {
  return Array.isArray(list) ? list.filter(isRecord).slice(0, KEPT_SUB_JOBS).map(subJobOf) : [];
}

function subJobOf(body: Record<string, unknown>): SubJob {
  const jobId = cleanText(body.job_id, 64);
  const state = cleanText(body.status, 64)?.toLowerCase();
  return {
    ...(jobId !== undefined && { jobId }),
    ...(state !== undefined && { state }),
    ...detailsOf(body, LONGEST_SUB_REASON),
  };
}
