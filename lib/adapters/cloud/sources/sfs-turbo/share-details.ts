import type { ListedOperation } from "../../../../domain/discovery/listing.ts";
import type { Seen, SubJob, Unreachable } from "../../../../domain/job/job.ts";
import { type Resource, updatedResource } from "../../../../domain/job/resource.ts";
import type { ShareOperation } from "../../../../domain/job/sources.ts";
import { isObject } from "../../../../domain/json.ts";
import { isOtherId, MAX_NAME, present } from "../../http/field-limits.ts";
import { cleanText } from "../../http/text.ts";
import { parseCloudTime } from "../../http/time.ts";
import { unreachable } from "../../http/unreachable.ts";

// Status and sub status of a share: https://docs.otc.t-systems.com/scalable-file-service/api-ref/sfs_turbo_apis/

/** Sub status codes of one operation. Other codes belong to another operation, or to none. */
interface Codes {
  running: string;
  success: string;
  failed: string;
  /** Field that the operation changes. A new value proves that the operation has ended, even if no poll saw it running. */
  changes?: string;
}

const SUB_STATUS: Partial<Record<ShareOperation, Codes>> = {
  extend: { running: "121", success: "221", failed: "321", changes: "size" },
  "change-security-group": { running: "132", success: "232", failed: "332", changes: "security_group_id" },
  "add-backend": { running: "150", success: "250", failed: "350" },
  "remove-backend": { running: "151", success: "251", failed: "351" },
};

const CHANGES = Object.keys(SUB_STATUS) as ShareOperation[];

/** The names of the job API, so that messages and durations use the same types. */
const JOB_TYPE: Record<ShareOperation, string> = {
  create: "create_share",
  extend: "extend_share",
  "change-security-group": "change_security_group",
  "add-backend": "create_obs_target",
  "remove-backend": "delete_obs_target",
  delete: "delete_share",
};

/** What a status says about the share after a failure. */
const STATUS: Record<string, string> = {
  100: "The share itself is still being created.",
  200: "The share itself is still available.",
  300: "The cloud reports a failed job on the share.",
  303: "The share was not created.",
  400: "The share is deleted.",
  800: "The share is frozen.",
};

const KEPT_STEPS = 5;

/** Reads one operation from a share: creation and deletion from its status, changes from its sub status. */
export function observationOfShare(body: unknown, shareId: string, operation: ShareOperation): Seen | Unreachable {
  if (!isObject(body)) return unreachable("invalid-response", "the response is not a JSON object");
  if (isOtherId(body.id, shareId)) return unreachable("invalid-response", "the response describes another share");
  const status = cleanText(body.status, 64);
  if (status === undefined) return unreachable("invalid-response", "the response has no status");
  return seenOfShare(body, status, operation);
}

export function seenOfShare(body: Record<string, unknown>, status: string, operation: ShareOperation): Seen {
  const resource = resourceOf(body);
  return { ...operationOf(body, status, operation), ...(resource && { resource }) };
}

function resourceOf({ name, size }: Record<string, unknown>): Resource | undefined {
  const gigabytes = Number(cleanText(size, 64));
  return updatedResource(
    {},
    present({ name: cleanText(name, MAX_NAME), size: gigabytes > 0 && gigabytes < 1e9 ? gigabytes : undefined }),
  );
}

function operationOf(body: Record<string, unknown>, status: string, operation: ShareOperation): Seen {
  const codes = SUB_STATUS[operation];
  if (operation === "create") return observationOfCreation(body, status);
  return codes === undefined ? observationOfDeletion(body, status) : observationOfChange(body, status, operation, codes);
}

/**
 * Returns the change that the sub status belongs to, as a poll observes it, with one exception: a change that has succeeded stays a success
 * if the share fails or is deleted later.
 */
export function lastChangeOf(body: Record<string, unknown>, status: string): ListedOperation | undefined {
  const sub = cleanText(body.sub_status, 64);
  const operation = CHANGES.find((one) => {
    const codes = SUB_STATUS[one];
    return sub === codes?.running || sub === codes?.success || sub === codes?.failed;
  });
  if (operation === undefined) return undefined;
  const seen = seenOfShare(body, status, operation);
  if (sub !== SUB_STATUS[operation]?.success) return { operation, seen };
  const { errorCode: _, failReason: _reason, ...rest } = seen;
  return { operation, seen: { ...rest, state: "success" } };
}

/** Creation needs no baseline: it is the first operation of a share. */
function observationOfCreation(body: Record<string, unknown>, status: string): Seen {
  const beginTime = parseCloudTime(body.created_at);
  const seen: Seen = {
    kind: "seen",
    jobType: JOB_TYPE.create,
    subJobs: [],
    ...(beginTime !== undefined && { beginTime }),
  };
  if (status === "100") return { ...seen, state: "running", ...stepsOf(body.action_progress) };
  if (status === "200") return { ...seen, state: "success" };
  return Object.hasOwn(STATUS, status) ? { ...seen, ...failure(status, shareFailure(status)) } : unknown(seen, status);
}

/** A share that is being deleted has no status of its own. It exists until the service no longer knows it. */
function observationOfDeletion(body: Record<string, unknown>, status: string): Seen {
  const seen: Seen = { kind: "seen", jobType: JOB_TYPE.delete, subJobs: [], statusText: statusTextOf(body, status) };
  if (status === "400") return { ...seen, state: "success" };
  return status === "300" ? { ...seen, ...failure(status, shareFailure(status)) } : { ...seen, state: "running" };
}

function observationOfChange(body: Record<string, unknown>, status: string, operation: ShareOperation, codes: Codes): Seen {
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
  return STATUS[status] ?? `The share itself is in status ${status}, which is not documented.`;
}

/** Reads `{"CREATING": "56%"}` as a sub job. Rounds down to tens, so that not every percent is a write. */
function stepsOf(progress: unknown): Pick<Seen, "subJobs" | "moreSubJobs"> {
  const steps = isObject(progress) ? Object.entries(progress).flatMap(([name, value]) => stepOf(name, value) ?? []) : [];
  const more = steps.length - KEPT_STEPS;
  return { subJobs: steps.slice(0, KEPT_STEPS), ...(more > 0 && { moreSubJobs: more }) };
}

function stepOf(name: string, value: unknown): SubJob | undefined {
  const jobType = cleanText(name.toLowerCase(), 64);
  const percent = Number.parseFloat(String(value));
  if (jobType === undefined || !(percent >= 0 && percent <= 100)) return undefined;
  return { jobType, state: `${Math.floor(percent / 10) * 10}%` };
}
