import { durationOf, type JobType, typeOf, withDuration } from "../domain/schedule/durations.ts";
import type { Learning } from "../ports.ts";
import { errorFields } from "../shared/error-fields.ts";
import type { LearnedDurations } from "../table-ports.ts";
import { type DurationPorts, KnownDurations, NOTHING_LEARNED, nameOf } from "./known-durations.ts";

const SAVE_ATTEMPTS = 2;

/** Learns how long a team's jobs of a type take. Best effort: a failed read or save is logged and skipped, and no poll waits for it. */
export function createLearning(ports: DurationPorts): Learning {
  const { table, log } = ports;
  const known = new KnownDurations(ports);
  const finished = new Map<string, { type: JobType; jobs: Map<string, number> }>();
  const save = (type: JobType, jobs: ReadonlyMap<string, number>) =>
    saveAll(table, type, jobs).catch((error: unknown) =>
      log.warn("durations could not be saved", { team: type.team, jobType: type.jobType, ...errorFields(error) }),
    );

  return {
    scheduleOf(key, { jobType, beginTime }) {
      const type = beginTime === undefined ? undefined : typeOf(key, jobType);
      return (type ? known.known(type) : NOTHING_LEARNED).schedule;
    },
    knownTypical(key, jobType) {
      const type = typeOf(key, jobType);
      return type && known.known(type).typical;
    },
    async typical(key, jobType) {
      const type = typeOf(key, jobType);
      return type && (await known.read(type)).typical;
    },
    note(job) {
      const [type, ms] = [typeOf(job, job.jobType), durationOf(job)];
      if (!type || ms === undefined) return;
      const ofType = finished.get(nameOf(type)) ?? { type, jobs: new Map<string, number>() };
      finished.set(nameOf(type), ofType);
      ofType.jobs.set(job.jobId, ms);
    },
    async flush() {
      const unsaved = [...finished.values()];
      finished.clear();
      await Promise.all([...unsaved.map(({ type, jobs }) => save(type, jobs)), known.drain()]);
    },
  };
}

/** Saves all jobs of a type that finished in a tick with one write. Writes nothing if all were counted before. */
async function saveAll(table: DurationPorts["table"], type: JobType, jobs: ReadonlyMap<string, number>): Promise<void> {
  for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt++) {
    const known: LearnedDurations = await table.readDurations(type);
    let durations = known.durations;
    for (const [jobId, ms] of jobs) durations = withDuration(durations, jobId, ms);
    if (durations === known.durations || (await table.saveDurations(type, { ...known, durations }))) return;
  }
}
