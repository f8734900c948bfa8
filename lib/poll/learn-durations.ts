import type { TypicalDuration } from "../domain/job/job.ts";
import { type Durations, durationOf, type JobType, typeOf, withDuration } from "../domain/schedule/durations.ts";
import { FIXED_SCHEDULE, learnSchedule, type PollingSchedule } from "../domain/schedule/polling-schedule.ts";
import { typicalDurationOf } from "../domain/schedule/typical-duration.ts";
import type { Clock, LearnedDurations, Learning, Log, Table } from "../ports.ts";
import { errorFields } from "../shared/error-fields.ts";

interface Deps {
  table: Pick<Table, "readDurations" | "saveDurations">;
  clock: Pick<Clock, "now">;
  log: Log;
}

interface Learned {
  typical: TypicalDuration | undefined;
  schedule: PollingSchedule;
}

/** What one process knows about a job type of a team. `reading` resolves after the current read. */
interface Knowledge {
  learned: Learned;
  version: number;
  readAt: number;
  reading?: Promise<void>;
}

const NOTHING: Learned = { typical: undefined, schedule: FIXED_SCHEDULE };
const CACHE_MS = 5 * 60_000;
const SAVE_ATTEMPTS = 2;
/** The cloud has about ten. Further types of a team are not learned. */
const MAX_TYPES_PER_TEAM = 20;
/** Cache size of one process, for 200 teams. The types that were read longest ago are dropped first. */
const MAX_TYPES = 4_000;
/** Limit per process for reads that nobody waits for: polls come first. Unread types have fixed intervals. */
const MAX_READS_PER_SECOND = 20;

/**
 * Learns how long a team's jobs of a type take. Best effort: a failed read or save is logged and skipped, and no poll waits for it.
 * A type is read when the process first sees an open job of it, and again after five minutes.
 */
export function createLearning({ table, clock, log }: Deps): Learning {
  const teams = new Map<string, number>();
  const types = new Map<string, Knowledge>();
  const finished = new Map<string, { type: JobType; jobs: Map<string, number> }>();
  let second = { startedAt: 0, reads: 0 };

  const mayRead = () => {
    const now = clock.now();
    if (Math.abs(now - second.startedAt) >= 1_000) second = { startedAt: now, reads: 0 };
    return second.reads++ < MAX_READS_PER_SECOND;
  };
  /** `isNeeded`: the caller waits for the read. */
  const knowledgeOf = (type: JobType, isNeeded = false): Knowledge => {
    const name = nameOf(type);
    const known = types.get(name);
    if (known) {
      if (Math.abs(clock.now() - known.readAt) >= CACHE_MS && (isNeeded || mayRead())) read(type, known);
      return known;
    }
    const unknown: Knowledge = { learned: NOTHING, version: 0, readAt: Number.NEGATIVE_INFINITY };
    const typesOfTeam = teams.get(type.team) ?? 0;
    if (typesOfTeam >= MAX_TYPES_PER_TEAM || !(isNeeded || mayRead())) return unknown;
    teams.set(type.team, typesOfTeam + 1);
    if (types.size >= MAX_TYPES) dropOldest();
    read(type, unknown);
    return unknown;
  };
  /** Reads a type. The map keeps the types in the order of their reads. */
  const read = (type: JobType, known: Knowledge) => {
    const name = nameOf(type);
    types.delete(name);
    types.set(name, known);
    known.readAt = clock.now();
    known.reading = table.readDurations(type).then(
      ({ durations, version }) => {
        if (version !== known.version) known.learned = learn(durations);
        known.version = version;
      },
      (error: unknown) =>
        log.warn("durations could not be read", { team: type.team, jobType: type.jobType, ...errorFields(error) }),
    );
  };
  const dropOldest = () => {
    const [name = ""] = types.keys();
    const team = name.slice(0, name.indexOf("#"));
    types.delete(name);
    teams.set(team, (teams.get(team) ?? 1) - 1);
  };

  return {
    scheduleOf(key, { jobType, beginTime }) {
      const type = beginTime === undefined ? undefined : typeOf(key, jobType);
      return (type ? knowledgeOf(type).learned : NOTHING).schedule;
    },
    knownTypical(key, jobType) {
      const type = typeOf(key, jobType);
      return type && knowledgeOf(type).learned.typical;
    },
    async typical(key, jobType) {
      const type = typeOf(key, jobType);
      if (!type) return undefined;
      const known = knowledgeOf(type, true);
      await known.reading;
      return known.learned.typical;
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
      await Promise.all([
        ...unsaved.map(({ type, jobs }) =>
          saveAll(table, type, jobs).catch((error: unknown) =>
            log.warn("durations could not be saved", { team: type.team, jobType: type.jobType, ...errorFields(error) }),
          ),
        ),
        ...[...types.values()].map(({ reading }) => reading),
      ]);
    },
  };
}

/** Saves all jobs of a type that finished in a tick with one write. Writes nothing if all were counted before. */
async function saveAll(table: Deps["table"], type: JobType, jobs: ReadonlyMap<string, number>): Promise<void> {
  for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt++) {
    const known: LearnedDurations = await table.readDurations(type);
    let durations = known.durations;
    for (const [jobId, ms] of jobs) durations = withDuration(durations, jobId, ms);
    if (durations === known.durations || (await table.saveDurations(type, { ...known, durations }))) return;
  }
}

function learn(durations: Durations): Learned {
  return { typical: typicalDurationOf(durations), schedule: learnSchedule(durations) ?? FIXED_SCHEDULE };
}

function nameOf({ team, source, jobType }: JobType): string {
  return `${team}#${source}#${jobType}`;
}
