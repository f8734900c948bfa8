import { changeJob, type JobChange, redeliverNotifications } from "../domain/job/change.ts";
import type { ExpiredFilter, Job, JobKey } from "../domain/job/job.ts";
import { stopTracking } from "../domain/job/registration.ts";
import { HISTORY_FULL, type TrackingRules } from "../domain/job/rules.ts";
import type { StoredRecord } from "../domain/stored-record.ts";
import { jobPk } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import { saveChange } from "../shared/save-record.ts";
import { causesNotifications, withSilences } from "../shared/silence-reader.ts";
import type { RecordStore } from "../table-ports.ts";

/** The key that changes a job. */
export interface Actor {
  /** The key's label, recorded as `by`. */
  label: string;
  /** Throws if the change is not permitted. Called before each write with the current job. */
  permit(before: Job, after: Job): void;
}

export type Changed =
  | { kind: "changed"; job: Job }
  | { kind: "absent" }
  /** The job's history is full; nothing was changed. */
  | { kind: "full" };

type StoredJob = Extract<StoredRecord, { kind: "job" }>;
type Deps = Pick<Ports, "clock"> & { table: RecordStore };

/** Changes a job's options. */
export async function changeOptions(
  ports: Deps & Pick<Ports, "silences">,
  key: JobKey,
  change: JobChange,
  rules: TrackingRules,
  actor: Actor,
): Promise<Changed> {
  let isHistoryFull = false;
  const job = await saveJob(ports, key, async (before) => {
    const after = await withSilences(
      ports.silences,
      rules,
      key.team,
      (own) => changeJob(before, change, ports.clock.now(), own, actor.label),
      (changed) => causesNotifications(changed, before),
    );
    actor.permit(before, after);
    isHistoryFull = causesNotifications(after, before) && after.notifications.length > HISTORY_FULL.notifications;
    return isHistoryFull ? before : after;
  });
  if (!job) return { kind: "absent" };
  return isHistoryFull ? { kind: "full" } : { kind: "changed", job };
}

/** Stops tracking the job. Returns undefined if the team has no such job. */
export function stopJob(ports: Deps, key: JobKey, rules: TrackingRules, actor?: Actor): Promise<Job | undefined> {
  return saveJob(ports, key, (before) => {
    const after = stopTracking(before, ports.clock.now(), rules, actor?.label);
    actor?.permit(before, after);
    return after;
  });
}

/** Makes expired notifications of the channels that `isMeant` accepts pending again. Returns undefined if the team has no such job. */
export function redeliver(ports: Deps, key: JobKey, isMeant: ExpiredFilter): Promise<Job | undefined> {
  return saveJob(ports, key, (job) => redeliverNotifications(job, ports.clock.now(), isMeant));
}

/** Returns undefined if the team has no such job. */
export function saveJob(
  { table }: Pick<Deps, "table">,
  key: JobKey,
  change: (job: Job) => Job | Promise<Job>,
): Promise<Job | undefined> {
  return saveChange<StoredJob>(table, jobPk(key), change);
}
