import { faultOf } from "./fault.ts";
import { type Durations, durationOf, type JobType, typeOf, withDuration } from "./job/durations.ts";
import type { Usual } from "./job/job.ts";
import { learnPace } from "./job/learnt-pace.ts";
import { fixedPace, type Pace } from "./job/pace.ts";
import { usualOf } from "./job/usual.ts";
import type { Clock, Learning, LearntDurations, Log, Table } from "./ports.ts";

interface Needs {
  table: Pick<Table, "readDurations" | "saveDurations">;
  clock: Pick<Clock, "now">;
  log: Log;
}

interface Learnt {
  usual: Usual | undefined;
  paceAt: (stretchMs: number) => Pace;
}

/** What is known of a type, by now and when its read has ended. */
interface Knowledge {
  learnt: Learnt;
  askedAt: number;
  asking?: Promise<void>;
}

const KEPT_MS = 5 * 60_000;
const TRIES = 2;
/** The cloud has some ten; more are not learnt by one process. */
const MOST_TYPES = 200;

/**
 * Learns how long jobs of a type take. All of it is best effort: what cannot be read or saved is not known, and no look
 * waits for it. Kept by the process: a type is read when an open job of it is met, and again after five minutes.
 */
export function createLearning({ table, clock, log }: Needs): Learning {
  const fixed: Learnt = { usual: undefined, paceAt: remembered(fixedPace) };
  const types = new Map<string, Knowledge>();
  const news = new Map<string, { type: JobType; jobs: Map<string, number> }>();

  const meet = (type: JobType): Knowledge => {
    const name = nameOf(type);
    const known = types.get(name) ?? { learnt: fixed, askedAt: Number.NEGATIVE_INFINITY };
    if (types.size >= MOST_TYPES && !types.has(name)) return known;
    types.set(name, known);
    if (Math.abs(clock.now() - known.askedAt) >= KEPT_MS) ask(type, known);
    return known;
  };
  const ask = (type: JobType, known: Knowledge) => {
    known.askedAt = clock.now();
    known.asking = table.readDurations(type).then(
      ({ durations }) => {
        known.learnt = learn(durations, fixed);
      },
      (error: unknown) => log.warn("durations cannot be read", { jobType: type.jobType, ...faultOf(error) }),
    );
  };

  return {
    paceOf(source, { jobType, beginTime }, stretchMs) {
      const type = beginTime === undefined ? undefined : typeOf({ source }, jobType);
      return (type ? meet(type).learnt : fixed).paceAt(stretchMs);
    },
    knownUsual(source, jobType) {
      const type = typeOf({ source }, jobType);
      return type && meet(type).learnt.usual;
    },
    async usual(source, jobType) {
      const type = typeOf({ source }, jobType);
      if (!type) return undefined;
      const known = meet(type);
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
            log.warn("durations cannot be saved", { jobType: type.jobType, ...faultOf(error) }),
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

function learn(durations: Durations, fixed: Learnt): Learnt {
  const pace = learnPace(durations);
  return { usual: usualOf(durations), paceAt: pace ? remembered(pace) : fixed.paceAt };
}

/** One of few stretches is asked for again and again: one a project. */
function remembered(make: (stretchMs: number) => Pace): (stretchMs: number) => Pace {
  const made = new Map<number, Pace>();
  return (stretchMs) => {
    const pace = made.get(stretchMs) ?? make(stretchMs);
    if (made.size >= 16) made.clear();
    made.set(stretchMs, pace);
    return pace;
  };
}

function nameOf({ source, jobType }: JobType): string {
  return `${source}#${jobType}`;
}
