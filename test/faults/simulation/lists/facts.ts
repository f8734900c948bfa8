import type { ListPlan, OperationPlan } from "./plan.ts";

/** All operations of the cloud, with the deletions. */
export function endsOf({ shares, backups }: ListPlan): OperationPlan[] {
  const ofShares = shares.flatMap(({ id, creation, operations, deletedAt }): OperationPlan[] => {
    const deletion = { id, operation: "delete", at: deletedAt, endAt: deletedAt, end: "success" as const };
    return [creation, ...operations, ...(Number.isFinite(deletedAt) ? [deletion] : [])];
  });
  return [...ofShares, ...backups];
}
