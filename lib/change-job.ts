import { isDeepStrictEqual } from "node:util";
import { changeJob, type JobChange, replayAlerts } from "./job/change.ts";
import type { Job, JobKey } from "./job/job.ts";
import { jobPk } from "./job/names.ts";
import { stopWatching } from "./job/registration.ts";
import { FULL, type WatchRules } from "./job/rules.ts";
import type { Subject } from "./job/subject.ts";
import type { Ports } from "./ports.ts";
import { saveChange } from "./save-change.ts";

export type Changed =
  | { kind: "changed"; job: Job }
  | { kind: "absent" }
  /** The job is no longer the one that the change was meant for. */
  | { kind: "stale" }
  /** The job's record can take no more channels; nothing was changed. */
  | { kind: "full" };

type JobSubject = Extract<Subject, { kind: "job" }>;
type Needs = Pick<Ports, "table" | "clock">;

/** Changes what a team chose. `isMeant` is asked of the job as it stands at the moment of the write. */
export async function changeOptions(
  ports: Needs,
  key: JobKey,
  change: JobChange,
  rules: WatchRules,
  isMeant: (job: Job) => boolean,
): Promise<Changed> {
  let refusal: Changed | undefined;
  const job = await saveJob(ports, key, (before) => {
    const after = changeJob(before, change, ports.clock.now(), rules);
    const isFull = after.alerts.length > before.alerts.length && after.alerts.length > FULL.alerts;
    refusal = isMeant(before) ? (isFull ? { kind: "full" } : undefined) : { kind: "stale" };
    return refusal ? before : after;
  });
  return refusal ?? (job ? { kind: "changed", job } : { kind: "absent" });
}

/** Ends a watch; undefined where the team has no such job. */
export function stopJob(ports: Needs, key: JobKey, rules: WatchRules): Promise<Job | undefined> {
  return saveJob(ports, key, (job) => stopWatching(job, ports.clock.now(), rules));
}

/** Leaves what was given up to the poller to tell again; undefined where the team has no such job. */
export function replay(ports: Needs, key: JobKey, channel?: string): Promise<Job | undefined> {
  return saveJob(ports, key, (job) => replayAlerts(job, ports.clock.now(), channel));
}

async function saveJob({ table }: Needs, key: JobKey, change: (job: Job) => Job): Promise<Job | undefined> {
  const saved = await saveChange<JobSubject>(table, jobPk(key), (subject) => {
    const record = change(subject.record);
    return isDeepStrictEqual(record, subject.record) ? subject : { ...subject, record };
  });
  return saved?.record;
}
