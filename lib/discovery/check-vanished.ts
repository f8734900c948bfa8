import type { FoundOperation, Known } from "../domain/discovery/inventory.ts";
import { resolveMissing } from "../domain/job/missing.ts";
import { isLog } from "../domain/job/sources.ts";
import type { ProjectKey } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import { concurrently } from "../shared/concurrently.ts";
import type { Inventory } from "./inventory.ts";

export interface Vanished {
  /** Deletions, each by the resource's own answer. */
  operations: FoundOperation[];
  changes: Map<string, Known | undefined>;
  /** Entries of a log that it no longer shows: they mean nothing. */
  forgettable: ReadonlySet<string>;
  /** Why the list cannot be trusted. */
  trouble?: string;
}

interface Request {
  key: ProjectKey;
  inventory: Inventory;
  /** The ids of known resources that a complete list lacks. */
  vanished: string[];
  /** The list has other resources. */
  hasOthers: boolean;
  takeTurn(): void;
}

/** Up to this many at once, or this part of all, people delete. More suggest a permission that was narrowed. */
const FEW = 5;
const FEW_PART = 0.1;
const CHECKS_PER_LIST = 20;
const CHECKS_AT_ONCE = 4;
const TIMEOUT_MS = 5_000;
/** What is neither listed nor certainly gone is forgotten after this time. */
const FORGOTTEN_MS = 86_400_000;

/**
 * Decides what it means that a list lacks known shares. A share is gone only if the service says so for that share: a list can lack one
 * that moved between two pages, or that may no longer be listed. If many vanish at once, their deletion is not reported, and the list is
 * not trusted until each is listed again, certainly gone, or forgotten.
 */
export async function checkVanished({ cloud, clock }: Pick<Ports, "cloud" | "clock">, request: Request): Promise<Vanished> {
  const { key, inventory, vanished, hasOthers, takeTurn } = request;
  const result = { operations: [] as FoundOperation[], changes: new Map<string, Known | undefined>() };
  if (isLog(key.source)) return { ...result, forgettable: new Set(vanished) };
  const absentOf = absencesOf(inventory, vanished, clock.now());
  let unclear: string | undefined;
  await concurrently(vanished.slice(0, CHECKS_PER_LIST), CHECKS_AT_ONCE, async (id) => {
    takeTurn();
    const answer = await cloud.poll({ ...key, jobId: `${id}.delete.1` }, TIMEOUT_MS);
    // A conditional answer can also mean that the right is missing. It counts for a single share, while others are listed.
    const observation = resolveMissing(answer, { wasSeen: false, othersSeen: hasOthers && vanished.length === 1 });
    const { known, isDoubtful, isForgotten } = absentOf(id);
    if (observation.kind === "missing" && observation.isGone) {
      result.changes.set(id, undefined);
      if (!isDoubtful) result.operations.push(deletionOf(id, known));
    } else if (isForgotten) result.changes.set(id, undefined);
    else if (observation.kind === "unreachable") unclear = observation.reason;
  });
  const doubtful = vanished.filter((id) => absentOf(id).isDoubtful && !result.changes.has(id)).length;
  // Noted once, so that a lasting absence costs no further write.
  for (const id of vanished)
    if (!result.changes.has(id) && !inventory.get(id)?.vanished) result.changes.set(id, absentOf(id).known);
  const trouble =
    doubtful > 0
      ? `${doubtful} of ${inventory.size} shares vanished from the list at once; was a permission narrowed?`
      : unclear && `a share is missing from the list and cannot be read: ${unclear}`;
  return { ...result, forgettable: new Set(), ...(trouble !== undefined && { trouble }) };
}

/** Returns what is kept of a vanished share. `isDoubtful`: it vanished together with many others. */
function absencesOf(inventory: Inventory, vanished: string[], now: number) {
  const fresh = vanished.filter((id) => !inventory.get(id)?.vanished);
  const isMany = fresh.length > Math.max(FEW, inventory.size * FEW_PART);
  return (id: string) => {
    const before = inventory.get(id) ?? {};
    const absence = before.vanished ?? { at: now, ...(isMany && { withOthers: true as const }) };
    return {
      known: { ...before, vanished: absence } satisfies Known,
      isDoubtful: absence.withOthers === true,
      isForgotten: now - absence.at > FORGOTTEN_MS,
    };
  };
}

function deletionOf(id: string, { name, tags, vanished, found = {} }: Known): FoundOperation {
  return {
    resource: { id, ...(name !== undefined && { name }), ...(tags && { tags }) },
    operation: "delete",
    kind: "short",
    seen: { kind: "seen", state: "success", jobType: "delete_share", subJobs: [] },
    count: (found.delete ?? 0) + 1,
    ...(vanished && { vanishedAt: vanished.at }),
  };
}
