import type { Job } from "../domain/job/job.ts";
import type { TrackingRules } from "../domain/job/rules.ts";
import type { TeamSilence } from "../domain/job/team-silence.ts";
import { silencesPk } from "../domain/table-keys.ts";
import type { Ports, Silences } from "../ports.ts";
import type { RecordStore } from "../table-ports.ts";
import { errorFields } from "./error-fields.ts";

/** A new silence takes effect within this time in every process. */
const READ_EVERY_MS = 15_000;
const MAX_TEAMS = 1_000;

/** Reads the silences of a team at most once in 15 s. If they cannot be read, nothing is silenced. */
export function createSilences({ table, clock, log }: Pick<Ports, "clock" | "log"> & { table: RecordStore }): Silences {
  const known = new Map<string, { readAt: number; silences: Promise<readonly TeamSilence[]> }>();

  async function read(team: string): Promise<readonly TeamSilence[]> {
    try {
      const stored = await table.readEventuallyConsistent(silencesPk(team));
      return stored?.kind === "silences" ? stored.record.silences : [];
    } catch (error) {
      log.warn("the silences of a team could not be read", { team, ...errorFields(error) });
      known.delete(team);
      return [];
    }
  }

  return {
    of(team) {
      const now = clock.now();
      const last = known.get(team);
      if (last && Math.abs(now - last.readAt) < READ_EVERY_MS) return last.silences;
      if (known.size >= MAX_TEAMS) known.clear();
      const silences = read(team);
      known.set(team, { readAt: now, silences });
      return silences;
    },
    changed: (team) => void known.delete(team),
  };
}

/**
 * Returns the result of a change of a job, with the notifications that the team's silences leave. They are read only if the change
 * causes notifications.
 */
export async function withSilences<Result>(
  silences: Silences,
  rules: TrackingRules,
  team: string,
  change: (rules: TrackingRules) => Result,
  hasNotifications: (result: Result) => boolean,
): Promise<Result> {
  const result = change(rules);
  if (!hasNotifications(result)) return result;
  const own = await silences.of(team);
  return own.length === 0 ? result : change({ ...rules, silences: own });
}

/** Whether a job has more notifications than before. `before`: absent for a new job. */
export function causesNotifications({ notifications }: Job, before?: Job): boolean {
  return notifications.length > (before?.notifications.length ?? 0);
}
