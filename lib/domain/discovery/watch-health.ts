import { addNotice, type OperatorTransition } from "../health/operator-notice.ts";
import type { Unreachable } from "../job/job.ts";
import { type ProjectKey, watchesPk } from "../table-keys.ts";
import type { FailingLists, TeamWatches, Watch } from "./watch.ts";

/** The result of a list for the watches of one project. */
export type ListResult =
  | {
      kind: "listed";
      /** How many operations wait for each watch, by its id. */
      waiting: ReadonlyMap<string, number>;
    }
  | (Pick<Unreachable, "reason" | "requestId"> & {
      kind: "failed";
      cause: FailingLists["cause"];
      listedAt?: number | undefined;
    });

/** The team is notified once its project could not be listed for this long. */
const REPORT_AFTER_MS = 5 * 60_000;

/** Applies a list to a team's watches of the project. Returns the same object if nothing changed. */
export function observeList(record: TeamWatches, project: ProjectKey, result: ListResult, now: number): TeamWatches {
  const concerned = record.watches.filter((watch) => isOf(watch, project));
  const changed = new Map(
    concerned.map((watch) => [
      watch,
      result.kind === "listed" ? afterList(watch, result, now) : afterFailure(watch, result, now),
    ]),
  );
  if ([...changed].every(([before, after]) => before === after)) return record;
  const next = { ...record, watches: record.watches.map((watch) => changed.get(watch) ?? watch) };
  const reported = [...changed].filter(([before, after]) => before.failing?.reported !== after.failing?.reported);
  return reported.length === 0 ? next : withNotice(next, project, reported, result, now);
}

export function isOf({ source, projectId }: ProjectKey, project: ProjectKey): boolean {
  return source === project.source && projectId === project.projectId;
}

function afterList(watch: Watch, { waiting }: Extract<ListResult, { kind: "listed" }>, now: number): Watch {
  const { failing, waiting: before, ...kept } = watch;
  const count = waiting.get(watch.watchId) ?? 0;
  if (watch.startedAt !== undefined && failing === undefined && (before ?? 0) === count) return watch;
  return { ...kept, startedAt: watch.startedAt ?? now, ...(count > 0 && { waiting: count }) };
}

/**
 * A new reason is stored only if its cause differs, so that a lasting failure costs no further write. What an incomplete list shows was
 * compared, so the watch has begun.
 */
function afterFailure(before: Watch, result: Extract<ListResult, { kind: "failed" }>, now: number): Watch {
  const hasBegun = result.cause === "incomplete" && before.startedAt === undefined;
  const watch = hasBegun ? { ...before, startedAt: now } : before;
  return withFailure(watch, result, now);
}

function withFailure(watch: Watch, result: Extract<ListResult, { kind: "failed" }>, now: number): Watch {
  const { cause, reason, requestId, listedAt } = result;
  const { since = now, reported, listedAt: before = listedAt, cause: known } = watch.failing ?? {};
  const isDue = !reported && now >= since + REPORT_AFTER_MS;
  if (known === cause && !isDue) return watch;
  const failing: FailingLists = {
    ...{ since, cause, reason },
    ...(requestId !== undefined && { requestId }),
    ...(before !== undefined && { listedAt: before }),
    ...((reported || isDue) && { reported: true as const }),
  };
  return { ...watch, failing };
}

function withNotice(
  record: TeamWatches,
  { source, projectId }: ProjectKey,
  reported: [before: Watch, after: Watch][],
  result: ListResult,
  now: number,
): TeamWatches {
  const channels = [...new Set(reported.flatMap(([, { channels: own }]) => own))];
  const failing = reported.flatMap(([before, after]) => after.failing ?? before.failing ?? []);
  const since = Math.min(...failing.map((one) => one.since));
  const listedAt = failing.find((one) => one.listedAt !== undefined)?.listedAt;
  const notice: Omit<OperatorTransition, "n"> = {
    ...{ at: now, since, kind: result.kind === "listed" ? "watch-recovered" : "watch-unreachable" },
    reason: result.kind === "listed" ? "" : `${result.cause}: ${result.reason}`,
    ...(result.kind === "failed" && result.requestId !== undefined && { requestId: result.requestId }),
    watch: { source, projectId, ...(listedAt !== undefined && { listedAt }) },
  };
  return addNotice(record, watchesPk(record.team), notice, channels);
}
