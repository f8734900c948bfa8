import type { Observation, Seen, SubJob } from "../../../../domain/job/job.ts";
import type { ShareOperation } from "../../../../domain/job/sources.ts";
import { isRecord } from "../../http/errors.ts";
import { isAnother } from "../../http/field-limits.ts";
import { cleanText } from "../../http/text.ts";
import { parseCloudTime } from "../../http/time.ts";
import { unreachable } from "../../http/unreachable.ts";

// Status and sub status of a share: https://docs.otc.t-systems.com/scalable-file-service/api-ref/sfs_turbo_apis/

/** What a sub status says of its operation. Any other one is that of another operation, or of none. */
interface Codes {
  running: string;
  success: string;
  failed: string;
  /** What changes in a share with the operation: a share that shows it has been through one, however fast. */
  changes?: string;
}

const SUB_STATUS: Partial<Record<ShareOperation, Codes>> = {
  extend: { running: "121", success: "221", failed: "321", changes: "size" },
  "change-security-group": { running: "132", success: "232", failed: "332", changes: "security_group_id" },
  "add-backend": { running: "150", success: "250", failed: "350" },
  "remove-backend": { running: "151", success: "251", failed: "351" },
};

/** By the words of the job API, so that messages and durations speak of the same things. */
const JOB_TYPE: Record<ShareOperation, string> = {
  create: "create_share",
  extend: "extend_share",
  "change-security-group": "change_security_group",
  "add-backend": "create_obs_target",
  "remove-backend": "delete_obs_target",
  delete: "delete_share",
};

const STATUS: Record<string, string> = {
  100: "creating",
  200: "available",
  300: "its job failed",
  303: "creation failed",
  400: "deleted",
  800: "frozen",
};

const KEPT_STEPS = 5;

/** What a share shows of one operation. The status decides, the sub status where it is not about the share's whole life. */
export function observationOfShare(body: unknown, shareId: string, operation: ShareOperation): Observation {
  if (!isRecord(body)) return unreachable("invalid-response", "the answer is not a JSON object");
  if (isAnother(body.id, shareId)) return unreachable("invalid-response", "the answer is about another share");
  const status = cleanText(body.status, 64);
  if (status === undefined) return unreachable("invalid-response", "the answer has no status");
  const codes = SUB_STATUS[operation];
  if (operation === "create") return ofCreation(body, status);
  return codes === undefined ? ofDeletion(body, status) : ofChange(body, status, operation, codes);
}

/** Creation is the first that ever happens to a share: its end can be no other's. */
function ofCreation(body: Record<string, unknown>, status: string): Seen {
  const beginTime = parseCloudTime(body.created_at);
  const seen: Seen = {
    kind: "seen",
    jobType: JOB_TYPE.create,
    subJobs: [],
    ...(beginTime !== undefined && { beginTime }),
  };
  if (status === "100") return { ...seen, state: "running", ...stepsOf(body.action_progress) };
  if (status === "200") return { ...seen, state: "success" };
  return status in STATUS ? { ...seen, ...failure(status, shareFailure(status)) } : unknown(seen, status);
}

/** There is no status for a share that is being deleted: it is there until the service knows it no more. */
function ofDeletion(body: Record<string, unknown>, status: string): Seen {
  const seen: Seen = { kind: "seen", jobType: JOB_TYPE.delete, subJobs: [], statusText: statusTextOf(body, status) };
  if (status === "400") return { ...seen, state: "success" };
  return status === "300" ? { ...seen, ...failure(status, shareFailure(status)) } : { ...seen, state: "running" };
}

function ofChange(body: Record<string, unknown>, status: string, operation: ShareOperation, codes: Codes): Seen {
  const statusText = statusTextOf(body, status, codes.changes);
  const seen: Seen = { kind: "seen", jobType: JOB_TYPE[operation], subJobs: [], statusText };
  const sub = cleanText(body.sub_status, 64);
  if (sub === codes.failed) return { ...seen, ...failure(sub, shareFailure(status)) };
  if (status === "300" || status === "400") return { ...seen, ...failure(status, shareFailure(status)) };
  if (sub === codes.running) return { ...seen, state: "running", ...stepsOf(body.action_progress) };
  return { ...seen, state: sub === codes.success ? "success" : "waiting" };
}

function failure(errorCode: string, failReason: string): Pick<Seen, "state" | "errorCode" | "failReason"> {
  return { state: "failed", errorCode, failReason };
}

function unknown(seen: Seen, status: string): Seen {
  return { ...seen, unknownStatus: status };
}

function statusTextOf(body: Record<string, unknown>, status: string, changes?: string): string {
  const parts = [status, cleanText(body.sub_status, 64), changes && cleanText(body[changes], 64)];
  return parts.map((part) => part ?? "").join("/");
}

function shareFailure(status: string): string {
  return `the share itself is in status ${status} (${STATUS[status] ?? "unknown here"})`;
}

/** `{"CREATING": "56%"}` as a sub job. In tens, so that a share that moves on by single per cents is not written each time. */
function stepsOf(progress: unknown): Pick<Seen, "subJobs" | "moreSubJobs"> {
  const steps = isRecord(progress) ? Object.entries(progress).flatMap(([name, value]) => stepOf(name, value) ?? []) : [];
  const more = steps.length - KEPT_STEPS;
  return { subJobs: steps.slice(0, KEPT_STEPS), ...(more > 0 && { moreSubJobs: more }) };
}

function stepOf(name: string, value: unknown): SubJob | undefined {
  const jobType = cleanText(name.toLowerCase(), 64);
  const percent = Number.parseFloat(String(value));
  if (jobType === undefined || !(percent >= 0 && percent <= 100)) return undefined;
  return { jobType, state: `${Math.floor(percent / 10) * 10}%` };
}
