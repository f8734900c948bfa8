import type { TypicalDuration } from "../domain/job/job.ts";
import type { Durations, JobType } from "../domain/schedule/durations.ts";
import { FIXED_SCHEDULE, learnSchedule, type PollingSchedule } from "../domain/schedule/polling-schedule.ts";
import { typicalDurationOf } from "../domain/schedule/typical-duration.ts";
import type { Clock, Log } from "../ports.ts";
import { errorFields } from "../shared/error-fields.ts";
import type { DurationStore } from "../table-ports.ts";

export interface DurationPorts {
  table: DurationStore;
  clock: Pick<Clock, "now">;
  log: Log;
}

export interface Learned {
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

export const NOTHING_LEARNED: Learned = { typical: undefined, schedule: FIXED_SCHEDULE };
const CACHE_MS = 5 * 60_000;
/** The cloud has about ten. Further types of a team are not learned. */
const MAX_TYPES_PER_TEAM = 20;
/** Cache size of one process, for 200 teams. The types that were read longest ago are dropped first. */
const MAX_TYPES = 4_000;
/** Limit per process for reads that nobody waits for: polls come first. Unread types have fixed intervals. */
const MAX_READS_PER_SECOND = 20;

/** Reads what was learned about a type when the process first needs it, and again after five minutes. A failed read is logged. */
export class KnownDurations {
  readonly #ports: DurationPorts;
  /** In the order of their reads. */
  readonly #types = new Map<string, Knowledge>();
  /** Number of types by team. */
  readonly #teams = new Map<string, number>();
  #second = { startedAt: 0, reads: 0 };

  constructor(ports: DurationPorts) {
    this.#ports = ports;
  }

  /** Returns what is known now. A read may start. */
  known(type: JobType): Learned {
    return this.#knowledgeOf(type, false).learned;
  }

  /** Waits for the current read. */
  async read(type: JobType): Promise<Learned> {
    const knowledge = this.#knowledgeOf(type, true);
    await knowledge.reading;
    return knowledge.learned;
  }

  /** Waits for all current reads. */
  async drain(): Promise<void> {
    await Promise.all([...this.#types.values()].map(({ reading }) => reading));
  }

  /** `isNeeded`: the caller waits for the read. */
  #knowledgeOf(type: JobType, isNeeded: boolean): Knowledge {
    const known = this.#types.get(nameOf(type));
    if (known) {
      const isOld = Math.abs(this.#ports.clock.now() - known.readAt) >= CACHE_MS;
      if (isOld && (isNeeded || this.#mayRead())) this.#startRead(type, known);
      return known;
    }
    const unknown: Knowledge = { learned: NOTHING_LEARNED, version: 0, readAt: Number.NEGATIVE_INFINITY };
    const typesOfTeam = this.#teams.get(type.team) ?? 0;
    if (typesOfTeam >= MAX_TYPES_PER_TEAM || !(isNeeded || this.#mayRead())) return unknown;
    this.#teams.set(type.team, typesOfTeam + 1);
    if (this.#types.size >= MAX_TYPES) this.#dropOldest();
    this.#startRead(type, unknown);
    return unknown;
  }

  #startRead(type: JobType, known: Knowledge): void {
    const { table, clock, log } = this.#ports;
    this.#types.delete(nameOf(type));
    this.#types.set(nameOf(type), known);
    known.readAt = clock.now();
    known.reading = table.readDurations(type).then(
      ({ durations, version }) => {
        if (version !== known.version) known.learned = learn(durations);
        known.version = version;
      },
      (error: unknown) =>
        log.warn("durations could not be read", { team: type.team, jobType: type.jobType, ...errorFields(error) }),
    );
  }

  #mayRead(): boolean {
    const now = this.#ports.clock.now();
    if (Math.abs(now - this.#second.startedAt) >= 1_000) this.#second = { startedAt: now, reads: 0 };
    return this.#second.reads++ < MAX_READS_PER_SECOND;
  }

  #dropOldest(): void {
    const [name = ""] = this.#types.keys();
    const team = name.slice(0, name.indexOf("#"));
    this.#types.delete(name);
    this.#teams.set(team, (this.#teams.get(team) ?? 1) - 1);
  }
}

function learn(durations: Durations): Learned {
  return { typical: typicalDurationOf(durations), schedule: learnSchedule(durations) ?? FIXED_SCHEDULE };
}

export function nameOf({ team, source, jobType }: JobType): string {
  return `${team}#${source}#${jobType}`;
}
