import { hasEnded, type Job } from "../domain/job/job.ts";
import type { Ports } from "../ports.ts";
import { concurrently } from "../shared/concurrently.ts";
import { errorFields } from "../shared/error-fields.ts";
import { AT_ONCE } from "./pending-notifications.ts";

/** Of a team with more open jobs none is read: looks and notifications need the time of a tick more than a digest needs its ending. */
const MOST_OF_TEAM = 200;
/** Read for one digest in all. Teams with few open jobs come first. */
const MOST_READ = 1_000;

/**
 * The open jobs of these teams, as far as an index that lags behind knows: each team's are read once, when first asked for. Those of a team
 * whose records cannot be read, or that has too many, are left out; they take nothing away from the others.
 */
export function createOpenJobs({ table, log }: Pick<Ports, "table" | "log">): (teams: ReadonlySet<string>) => Promise<Job[]> {
  const known = new Map<string, Promise<Job[]>>();

  const withoutTeam = (error: unknown) => {
    log.warn("a digest goes out without a team's open jobs", errorFields(error));
    return [];
  };

  async function keysOf(team: string): Promise<string[]> {
    const pks: string[] = [];
    for await (const entries of table.openOf(team)) {
      pks.push(...entries.flatMap(({ pk, tracking }) => (tracking ? [pk] : [])));
      if (pks.length > MOST_OF_TEAM) return [];
    }
    return pks;
  }

  async function readJobs(pks: string[]): Promise<Job[]> {
    const found: Job[] = [];
    await concurrently(pks, AT_ONCE, async (pk) => {
      const stored = await table.readEventuallyConsistent(pk);
      if (stored?.kind === "job" && !hasEnded(stored.record)) found.push(stored.record);
    });
    return found;
  }

  return async (teams) => {
    const asked: { team: string; pks: string[] }[] = [];
    await concurrently(
      [...teams].filter((team) => !known.has(team)),
      AT_ONCE,
      async (team) => void asked.push({ team, pks: await keysOf(team).catch(withoutTeam) }),
    );
    let left = MOST_READ;
    for (const { team, pks } of asked.sort((one, other) => one.pks.length - other.pks.length)) {
      left -= pks.length;
      known.set(team, left >= 0 ? readJobs(pks).catch(withoutTeam) : Promise.resolve([]));
    }
    return (await Promise.all([...teams].map((team) => known.get(team) ?? []))).flat();
  };
}
