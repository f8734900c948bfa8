import { matches } from "../../../../lib/domain/discovery/watch.ts";
import { START } from "../simulation.ts";
import type { Case, ListEvidence, WatchInterval } from "./evidence.ts";
import type { OperationPlan, SharePlan, Team } from "./plan.ts";

/** A watch must last this long after a list, so that the list certainly counts for it. */
const TICK_MS = 60_000;
/** After a narrowed permission, jobs of hidden shares may have become lost. */
const NARROWED_MS = 10 * 60_000;

/**
 * Whether a watch of the team must report the end of an operation: a list that the poller claims to have applied shows it, and an earlier
 * one proves that it is new. Lists count only if no call of the table failed for their process.
 */
export function mustReport(one: Case, team: Team, operation: OperationPlan): boolean {
  const { plan, evidence } = one;
  const share = plan.shares.find(({ id }) => id === operation.id);
  const wasTouched = evidence.jobs.some(
    (job) =>
      job.team === team &&
      job.kind === "stopped" &&
      job.at >= operation.at &&
      job.jobId.startsWith(`${operation.id}.${operation.operation}.`),
  );
  if (wasTouched || isBlurred(one, operation)) return false;
  const candidate = { name: share?.name ?? operation.id, operation: operation.operation };
  const source = share ? "sfs-turbo-share" : "cbr-log";
  return evidence.watches.some((interval) => {
    if (interval.team !== team || interval.watch.source !== source || !matches(interval.watch, candidate)) return false;
    const lists = clearLists(one, interval, source);
    return share ? isShown(one, share, operation, lists) : isLogged(operation, lists);
  });
}

function clearLists({ evidence }: Case, { from, until }: WatchInterval, source: string): ListEvidence[] {
  const { lists, troubled } = evidence;
  return lists.filter(
    (list) =>
      list.source === source &&
      list.isClaimed &&
      !troubled.has(list.process) &&
      list.process.startedAt - START > from &&
      list.at + TICK_MS < until,
  );
}

function isBlurred({ plan: { narrowed } }: Case, { id, at, endAt }: OperationPlan): boolean {
  if (!narrowed?.hidden.includes(id)) return false;
  return endAt > narrowed.from && at < narrowed.until + NARROWED_MS;
}

/** Each operation has an entry of its own. */
function isLogged({ at, endAt }: OperationPlan, lists: ListEvidence[]): boolean {
  const [first] = lists;
  return first !== undefined && first.at < endAt && lists.some((list) => list.at >= endAt && list.since <= at);
}

function isShown(one: Case, share: SharePlan, operation: OperationPlan, lists: ListEvidence[]): boolean {
  const visible = lists.filter(({ omitted }) => !omitted.has(share.id));
  if (operation.operation === "delete") return isDeletionShown(one, share, lists, visible);
  const all = [share.creation, ...share.operations];
  const place = all.indexOf(operation);
  const nextAt = place === 0 ? share.deletedAt : (all[place + 1]?.at ?? share.deletedAt);
  if (!visible.some(({ at }) => at >= operation.endAt && at < nextAt)) return false;
  const wasOmitted = one.evidence.lists.some(({ omitted }) => omitted.has(share.id));
  if (place === 0)
    return (
      (!wasOmitted && lists.some(({ at }) => at < operation.at)) ||
      visible.some(({ at }) => at >= operation.at && at < operation.endAt)
    );
  const from = provedFrom(share, operation);
  const proofs = visible.filter(({ at }) => at >= from && at < operation.endAt);
  return proofs.some(({ at }) => at < operation.at) || (proofs.length > 0 && !maySeemOne(one, share, visible, operation));
}

/** If one list shows an operation in motion and the next one another of the same kind, both may seem one. */
function maySeemOne(
  { evidence }: Case,
  { operations }: SharePlan,
  visible: ListEvidence[],
  { operation, at }: OperationPlan,
): boolean {
  return operations.some(
    (other) =>
      other.operation === operation &&
      other.at < at &&
      evidence.lists.some((list) => list.at >= other.at && list.at < other.endAt) &&
      !visible.some((list) => list.at >= other.endAt && list.at < at),
  );
}

/** A list between this time and the end of the operation proves that the end is not that of the one before. */
function provedFrom({ creation, operations }: SharePlan, { operation, at, end }: OperationPlan): number {
  const before = operations.filter((other) => other.operation === operation && other.at < at).at(-1);
  if (!before) return creation.at;
  if (before.end === "success" || end === "success") return before.endAt;
  return operations.find((other) => other.at > before.at)?.at ?? before.endAt;
}

/** Deletions that vanish with others, or whose share was missing from a list before, are not certain. */
function isDeletionShown(
  { plan, evidence }: Case,
  { id, creation, deletedAt }: SharePlan,
  lists: ListEvidence[],
  visible: ListEvidence[],
): boolean {
  const isClear = evidence.lists.every(({ omitted }) => omitted.size < 2 && !omitted.has(id));
  return (
    plan.gone === "certain" &&
    isClear &&
    visible.some(({ at }) => at >= creation.at && at < deletedAt) &&
    lists.some(({ at }) => at >= deletedAt)
  );
}
