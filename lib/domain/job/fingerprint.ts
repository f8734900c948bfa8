import { hash } from "../hash.ts";
import type { Missing, Seen, SubJob } from "./job.ts";

/** Equal for two looks that show the same. Leaves out the request id, which differs with every look. */
export function fingerprint(observation: Seen | Missing): string {
  if (observation.kind === "missing") return "missing";
  const { state, unknownStatus, jobType, beginTime, endTime, errorCode, failReason, subJobs, moreSubJobs, baseline } =
    observation;
  const parts: unknown[] = [state, unknownStatus, jobType, beginTime, endTime, errorCode, failReason, subJobs.map(subJobParts)];
  if (moreSubJobs !== undefined) parts.push({ moreSubJobs });
  if (baseline !== undefined) parts.push(baseline);
  return hash(JSON.stringify(parts));
}

function subJobParts({ jobId, jobType, state, beginTime, endTime, errorCode, failReason }: SubJob): unknown[] {
  return [jobId, jobType, state, beginTime, endTime, errorCode, failReason];
}
