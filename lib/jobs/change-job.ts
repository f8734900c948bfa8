import { isDeepStrictEqual } from "node:util";
import { changeJob, type JobChange, redeliverNotifications } from "../domain/job/change.ts";
import type { Job, JobKey } from "../domain/job/job.ts";
import { stopWatching } from "../domain/job/registration.ts";
import { FULL, type WatchRules } from "../domain/job/rules.ts";
import type { Subject } from "../domain/stored-record.ts";
import { jobPk } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import { saveChange } from "../shared/save-record.ts";

/** Who changes a job. */
export interface Actor {
  /** Recorded as `by`: the label of the key. */
  label: string;
  /** Throws where the change is not permitted. Called before each write with the job as it stands at that moment. */
  permit(before: Job, after: Job): void;
}

export type Changed =
  | { kind: "changed"; job: Job }
  | { kind: "absent" }
  /** The job's record can take no more channels; nothing was changed. */
  | { kind: "full" };

type JobSubject = Extract<Subject, { kind: "job" }>;
type Needs = Pick<Ports, "table" | "clock">;

/** Changes what a team chose. */
export async function changeOptions(
  ports: Needs,
  key: JobKey,
  change: JobChange,
  rules: WatchRules,
  actor: Actor,
): Promise<Changed> {
  let isFull = false;
  const job = await saveJob(ports, key, (before) => {
    const after = changeJob(before, change, ports.clock.now(), rules, actor.label);
    actor.permit(before, after);
    isFull = after.notifications.length > before.notifications.length && after.notifications.length > FULL.notifications;
    return isFull ? before : after;
  });
  if (!job) return { kind: "absent" };
  return isFull ? { kind: "full" } : { kind: "changed", job };
}

/** Stops tracking the job; undefined where the team has no such job. */
export function stopJob(ports: Needs, key: JobKey, rules: WatchRules, actor?: Actor): Promise<Job | undefined> {
  return saveJob(ports, key, (before) => {
    const after = stopWatching(before, ports.clock.now(), rules, actor?.label);
    actor?.permit(before, after);
    return after;
  });
}

/** Leaves what was given up to the poller to tell again, on the channels that `isMeant` says; undefined where the team has no such job. */
export function redeliver(ports: Needs, key: JobKey, isMeant: (channel: string) => boolean): Promise<Job | undefined> {
  return saveJob(ports, key, (job) => redeliverNotifications(job, ports.clock.now(), isMeant));
}

async function saveJob({ table }: Needs, key: JobKey, change: (job: Job) => Job): Promise<Job | undefined> {
  const saved = await saveChange<JobSubject>(table, jobPk(key), (subject) => {
    const record = change(subject.record);
    return isDeepStrictEqual(record, subject.record) ? subject : { ...subject, record };
  });
  return saved?.record;
}
