import { observationOfShare } from "../../../../lib/adapters/cloud/sources/sfs-turbo/share-details.ts";
import { resourceOfShare } from "../../../../lib/adapters/cloud/sources/sfs-turbo/share-row.ts";
import type { ListedResource } from "../../../../lib/domain/discovery/listing.ts";
import type { Observation, Seen } from "../../../../lib/domain/job/job.ts";
import type { ShareOperation } from "../../../../lib/domain/job/sources.ts";
import { START } from "../simulation.ts";
import type { ListPlan, OperationPlan, SharePlan } from "./plan.ts";

// The simulated project as the cloud shows it at a time. Times count from the start of the plan.

const CODES: Record<string, string> = { extend: "21", "change-security-group": "32" };

export function sharesAt(plan: ListPlan, now: number): SharePlan[] {
  return plan.shares.filter(({ creation, deletedAt }) => creation.at <= now && now < deletedAt);
}

export function isHidden({ narrowed }: ListPlan, id: string, now: number): boolean {
  return narrowed !== undefined && now >= narrowed.from && now < narrowed.until && narrowed.hidden.includes(id);
}

export function listedShare(share: SharePlan, now: number): ListedResource {
  const resource = resourceOfShare(rowOf(share, now), {});
  if ("kind" in resource) throw new Error(resource.reason);
  return resource;
}

export function listedBackup(backup: OperationPlan, now: number): ListedResource {
  const { id, operation, at } = backup;
  return { id, name: id, createdAt: START + at, creation: { operation, seen: seenOfBackup(backup, now) }, target: "vault" };
}

/** The answer of a poll of one share, or of one log entry. */
export function observationAt(plan: ListPlan, jobId: string, now: number): Observation {
  const backup = plan.backups.find(({ id, at }) => id === jobId && at <= now);
  if (backup) return seenOfBackup(backup, now);
  const [id = "", operation = ""] = jobId.split(".");
  if (isHidden(plan, id, now) && plan.narrowed?.answer === 403)
    return { kind: "unreachable", cause: "not-permitted", reason: "403" };
  const share = sharesAt(plan, now).find((one) => one.id === id);
  if (share && !isHidden(plan, id, now)) return observationOfShare(rowOf(share, now), id, operation as ShareOperation);
  const isGone = operation === "delete" && { isGone: true as const };
  if (share || plan.gone === "conditional")
    return { kind: "missing", reason: "404 SFS.TURBO.0002", onlyIf: "any-seen", ...isGone };
  return { kind: "missing", reason: "404 SFS.TURBO.0001", ...isGone };
}

function seenOfBackup({ operation, at, endAt, end }: OperationPlan, now: number): Seen {
  const seen = { kind: "seen" as const, jobType: operation, beginTime: START + at, subJobs: [] };
  return now < endAt ? { ...seen, state: "running" } : { ...seen, state: end, endTime: START + endAt };
}

function rowOf({ id, name, creation, operations }: SharePlan, now: number): Record<string, unknown> {
  const created = new Date(START + creation.at).toISOString().slice(0, 19);
  const ended = operations.filter(({ endAt, end }) => endAt <= now && end === "success");
  const count = (name: string) => ended.filter(({ operation }) => operation === name).length;
  return {
    ...{ id, name, created_at: created, status: statusOf(creation, now), sub_status: subStatusOf(operations, now) },
    size: `${500 + 100 * count("extend")}.00`,
    security_group_id: `group-${count("change-security-group")}`,
  };
}

function statusOf({ endAt, end }: OperationPlan, now: number): string {
  if (now < endAt) return "100";
  return end === "success" ? "200" : "303";
}

function subStatusOf(operations: OperationPlan[], now: number): string {
  const last = operations.findLast(({ at }) => at <= now);
  if (!last) return "";
  const progress = now < last.endAt ? "1" : last.end === "success" ? "2" : "3";
  return `${progress}${CODES[last.operation]}`;
}
