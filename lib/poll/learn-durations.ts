import type { TypicalDuration } from "../domain/job/job.ts";
import { type Durations, durationOf, type JobType, typeOf, withDuration } from "../domain/schedule/durations.ts";
import { learnSchedule } from "../domain/schedule/learned-schedule.ts";
import { fixedSchedule, type PollingSchedule } from "../domain/schedule/polling-schedule.ts";
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
  scheduleFor: (minIntervalMs: number) => PollingSchedule;
}

/** What is known of a team's type, by now and when its read has ended. */
interface Knowledge {
  learned: Learned;
  version: number;
  readAt: number;
  reading?: Promise<void>;
}

const KEPT_MS = 5 * 60_000;
const TRIES = 2;
/** The cloud has some ten; more of one team are not learnt. */
const MOST_TYPES_OF_TEAM = 20;
/** Kept by one process, for 200 teams. Of more those go that were read longest ago. */
const MOST_TYPES = 4_000;
/** By one process, unless somebody waits for it, so that one with a thousand types has its processor for polls. Until then intervals are fixed. */
const MOST_READS_A_SECOND = 20;
/** Over all types: a hundred are 1 MB. */
const MOST_SCHEDULES = 500;

/**
 * Learns how long a team's jobs of a type take. All of it is best effort: what cannot be read or saved is not known, and no look
 * waits for it. Kept by the process: a type is read when an open job of it is met, and again after five minutes.
 */
export function createLearning({ table, clock, log }: Deps): Learning {
  const schedules = createScheduleCache();
  const fixed: Learned = { typical: undefined, scheduleFor: schedules.remember(fixedSchedule) };
  const teams = new Map<string, number>();
  const types = new Map<string, Knowledge>();
  const news = new Map<string, { type: JobType; jobs: Map<string, number> }>();
  let second = { startedAt: 0, reads: 0 };

  const mayRead = () => {
    const now = clock.now();
    if (Math.abs(now - second.startedAt) >= 1_000) second = { startedAt: now, reads: 0 };
    return second.reads++ < MOST_READS_A_SECOND;
  };
  /** `isNeeded`: somebody waits for it. */
  const meet = (type: JobType, isNeeded = false): Knowledge => {
    const name = nameOf(type);
    const known = types.get(name);
    if (known) {
      if (Math.abs(clock.now() - known.readAt) >= KEPT_MS && (isNeeded || mayRead())) read(type, known);
      return known;
    }
    const unknown: Knowledge = { learned: fixed, version: 0, readAt: Number.NEGATIVE_INFINITY };
    const ofTeam = teams.get(type.team) ?? 0;
    if (ofTeam >= MOST_TYPES_OF_TEAM || !(isNeeded || mayRead())) return unknown;
    teams.set(type.team, ofTeam + 1);
    if (types.size >= MOST_TYPES) forgetOldest();
    read(type, unknown);
    return unknown;
  };
  /** Keeps the types in the order in which they were read. */
  const read = (type: JobType, known: Knowledge) => {
    const name = nameOf(type);
    types.delete(name);
    types.set(name, known);
    known.readAt = clock.now();
    known.reading = table.readDurations(type).then(
      ({ durations, version }) => {
        if (version !== known.version) known.learned = learn(durations, fixed, schedules);
        known.version = version;
      },
      (error: unknown) =>
        log.warn("durations cannot be read", { team: type.team, jobType: type.jobType, ...errorFields(error) }),
    );
  };
  const forgetOldest = () => {
    const [name = ""] = types.keys();
    const team = name.slice(0, name.indexOf("#"));
    types.delete(name);
    teams.set(team, (teams.get(team) ?? 1) - 1);
  };

  return {
    scheduleOf(key, { jobType, beginTime }, minIntervalMs) {
      const type = beginTime === undefined ? undefined : typeOf(key, jobType);
      return (type ? meet(type).learned : fixed).scheduleFor(minIntervalMs);
    },
    knownTypical(key, jobType) {
      const type = typeOf(key, jobType);
      return type && meet(type).learned.typical;
    },
    async typical(key, jobType) {
      const type = typeOf(key, jobType);
      if (!type) return undefined;
      const known = meet(type, true);
      await known.reading;
      return known.learned.typical;
    },
    note(job) {
      const [type, ms] = [typeOf(job, job.jobType), durationOf(job)];
      if (!type || ms === undefined) return;
      const noted = news.get(nameOf(type)) ?? { type, jobs: new Map<string, number>() };
      news.set(nameOf(type), noted);
      noted.jobs.set(job.jobId, ms);
    },
    async flush() {
      const noted = [...news.values()];
      news.clear();
      await Promise.all([
        ...noted.map(({ type, jobs }) =>
          saveAll(table, type, jobs).catch((error: unknown) =>
            log.warn("durations cannot be saved", { team: type.team, jobType: type.jobType, ...errorFields(error) }),
          ),
        ),
        ...[...types.values()].map(({ reading }) => reading),
      ]);
    },
  };
}

/** One write for all jobs of a type that a tick saw finish; none where they were counted before. */
async function saveAll(table: Deps["table"], type: JobType, jobs: ReadonlyMap<string, number>): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const known: LearnedDurations = await table.readDurations(type);
    let durations = known.durations;
    for (const [jobId, ms] of jobs) durations = withDuration(durations, jobId, ms);
    if (durations === known.durations || (await table.saveDurations(type, { ...known, durations }))) return;
  }
}

function learn(durations: Durations, fixed: Learned, schedules: ScheduleCache): Learned {
  const schedule = learnSchedule(durations);
  return { typical: typicalDurationOf(durations), scheduleFor: schedule ? schedules.remember(schedule) : fixed.scheduleFor };
}

type ScheduleFor = (minIntervalMs: number) => PollingSchedule;

interface ScheduleCache {
  remember(make: ScheduleFor): ScheduleFor;
}

/** Few stretches are asked for again and again. The paces of all types share one bound. */
function createScheduleCache(): ScheduleCache {
  const made = new Map<ScheduleFor, Map<number, PollingSchedule>>();
  let size = 0;
  return {
    remember: (make) => (minIntervalMs) => {
      const own = made.get(make) ?? new Map<number, PollingSchedule>();
      const known = own.get(minIntervalMs);
      if (known) return known;
      if (size >= MOST_SCHEDULES) {
        made.clear();
        own.clear();
        size = 0;
      }
      const schedule = make(minIntervalMs);
      made.set(make, own.set(minIntervalMs, schedule));
      size++;
      return schedule;
    },
  };
}

function nameOf({ team, source, jobType }: JobType): string {
  return `${team}#${source}#${jobType}`;
}
