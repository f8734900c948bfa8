import { hash } from "../hash.ts";
import type { Missing, Seen, SubJob } from "./job.ts";

/** Returns the same text for two observations with the same content. The request id differs with every poll and is ignored. */
export function fingerprint(observation: Seen | Missing): string {
  if (observation.kind === "missing") return "missing";
  const { state, unknownStatus, jobType, beginTime, endTime, errorCode, failReason, subJobs, moreSubJobs, statusText } =
    observation;
  const parts: unknown[] = [state, unknownStatus, jobType, beginTime, endTime, errorCode, failReason, subJobs.map(subJobParts)];
  if (moreSubJobs !== undefined) parts.push({ moreSubJobs });
  if (statusText !== undefined) parts.push(statusText);
  return hash(JSON.stringify(parts));
}

function subJobParts({ jobId, jobType, state, beginTime, endTime, errorCode, failReason }: SubJob): unknown[] {
  return [jobId, jobType, state, beginTime, endTime, errorCode, failReason];
}
