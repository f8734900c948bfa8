import type { Usual } from "../domain/job/job.ts";
import { type Durations, durationOf, type JobType, typeOf, withDuration } from "../domain/schedule/durations.ts";
import { learnPace } from "../domain/schedule/learned-schedule.ts";
import { fixedPace, type Pace } from "../domain/schedule/polling-schedule.ts";
import { usualOf } from "../domain/schedule/typical-duration.ts";
import type { Clock, Learning, LearntDurations, Log, Table } from "../ports.ts";
import { faultOf } from "../shared/error-fields.ts";

interface Needs {
  table: Pick<Table, "readDurations" | "saveDurations">;
  clock: Pick<Clock, "now">;
  log: Log;
}

interface Learnt {
  usual: Usual | undefined;
  paceAt: (stretchMs: number) => Pace;
}

/** What is known of a team's type, by now and when its read has ended. */
interface Knowledge {
  learnt: Learnt;
  version: number;
  askedAt: number;
  asking?: Promise<void>;
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
const MOST_PACES = 500;

/**
 * Learns how long a team's jobs of a type take. All of it is best effort: what cannot be read or saved is not known, and no look
 * waits for it. Kept by the process: a type is read when an open job of it is met, and again after five minutes.
 */
export function createLearning({ table, clock, log }: Needs): Learning {
  const paces = createPaceMemory();
  const fixed: Learnt = { usual: undefined, paceAt: paces.remember(fixedPace) };
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
      if (Math.abs(clock.now() - known.askedAt) >= KEPT_MS && (isNeeded || mayRead())) ask(type, known);
      return known;
    }
    const unknown: Knowledge = { learnt: fixed, version: 0, askedAt: Number.NEGATIVE_INFINITY };
    const ofTeam = teams.get(type.team) ?? 0;
    if (ofTeam >= MOST_TYPES_OF_TEAM || !(isNeeded || mayRead())) return unknown;
    teams.set(type.team, ofTeam + 1);
    if (types.size >= MOST_TYPES) forgetOldest();
    ask(type, unknown);
    return unknown;
  };
  /** Keeps the types in the order in which they were read. */
  const ask = (type: JobType, known: Knowledge) => {
    const name = nameOf(type);
    types.delete(name);
    types.set(name, known);
    known.askedAt = clock.now();
    known.asking = table.readDurations(type).then(
      ({ durations, version }) => {
        if (version !== known.version) known.learnt = learn(durations, fixed, paces);
        known.version = version;
      },
      (error: unknown) => log.warn("durations cannot be read", { team: type.team, jobType: type.jobType, ...faultOf(error) }),
    );
  };
  const forgetOldest = () => {
    const [name = ""] = types.keys();
    const team = name.slice(0, name.indexOf("#"));
    types.delete(name);
    teams.set(team, (teams.get(team) ?? 1) - 1);
  };

  return {
    paceOf(key, { jobType, beginTime }, stretchMs) {
      const type = beginTime === undefined ? undefined : typeOf(key, jobType);
      return (type ? meet(type).learnt : fixed).paceAt(stretchMs);
    },
    knownUsual(key, jobType) {
      const type = typeOf(key, jobType);
      return type && meet(type).learnt.usual;
    },
    async usual(key, jobType) {
      const type = typeOf(key, jobType);
      if (!type) return undefined;
      const known = meet(type, true);
      await known.asking;
      return known.learnt.usual;
    },
    note(job) {
      const [type, ms] = [typeOf(job, job.jobType), durationOf(job)];
      if (!type || ms === undefined) return;
      const noted = news.get(nameOf(type)) ?? { type, jobs: new Map<string, number>() };
      news.set(nameOf(type), noted);
      noted.jobs.set(job.jobId, ms);
    },
    async settle() {
      const noted = [...news.values()];
      news.clear();
      await Promise.all([
        ...noted.map(({ type, jobs }) =>
          saveAll(table, type, jobs).catch((error: unknown) =>
            log.warn("durations cannot be saved", { team: type.team, jobType: type.jobType, ...faultOf(error) }),
          ),
        ),
        ...[...types.values()].map(({ asking }) => asking),
      ]);
    },
  };
}

/** One write for all jobs of a type that a tick saw finish; none where they were counted before. */
async function saveAll(table: Needs["table"], type: JobType, jobs: ReadonlyMap<string, number>): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const known: LearntDurations = await table.readDurations(type);
    let durations = known.durations;
    for (const [jobId, ms] of jobs) durations = withDuration(durations, jobId, ms);
    if (durations === known.durations || (await table.saveDurations(type, { ...known, durations }))) return;
  }
}

function learn(durations: Durations, fixed: Learnt, paces: PaceMemory): Learnt {
  const pace = learnPace(durations);
  return { usual: usualOf(durations), paceAt: pace ? paces.remember(pace) : fixed.paceAt };
}

type PaceAt = (stretchMs: number) => Pace;

interface PaceMemory {
  remember(make: PaceAt): PaceAt;
}

/** Few stretches are asked for again and again. The paces of all types share one bound. */
function createPaceMemory(): PaceMemory {
  const made = new Map<PaceAt, Map<number, Pace>>();
  let size = 0;
  return {
    remember: (make) => (stretchMs) => {
      const own = made.get(make) ?? new Map<number, Pace>();
      const known = own.get(stretchMs);
      if (known) return known;
      if (size >= MOST_PACES) {
        made.clear();
        own.clear();
        size = 0;
      }
      const pace = make(stretchMs);
      made.set(make, own.set(stretchMs, pace));
      size++;
      return pace;
    },
  };
}

function nameOf({ team, source, jobType }: JobType): string {
  return `${team}#${source}#${jobType}`;
}
