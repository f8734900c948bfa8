import { hasEnded, type Job } from "../domain/job/job.ts";
import type { Ports } from "../ports.ts";
import { concurrently } from "../shared/concurrently.ts";
import { errorFields } from "../shared/error-fields.ts";
import type { OpenIndex, RecordStore } from "../table-ports.ts";
import { RECORDS_AT_ONCE } from "./pending-notifications.ts";

/** The open jobs of a larger team are not read: polls and notifications need the time of the tick. */
export const MAX_JOBS_PER_TEAM = 200;
/** Limit per digest. Teams with few open jobs come first. */
export const MAX_JOBS_PER_DIGEST = 1_000;

/**
 * Returns a reader for the open jobs of teams, by an eventually consistent index. Each team is read once. A team is omitted if its
 * records cannot be read or if it has more than MAX_JOBS_PER_TEAM.
 */
export function createOpenJobs({
  table,
  log,
}: Pick<Ports, "log"> & { table: RecordStore & OpenIndex }): (teams: ReadonlySet<string>) => Promise<Job[]> {
  const known = new Map<string, Promise<Job[]>>();

  const withoutTeam = (error: unknown) => {
    log.warn("digest omits the open jobs of a team", errorFields(error));
    return [];
  };

  async function keysOf(team: string): Promise<string[]> {
    const pks: string[] = [];
    for await (const entries of table.openOf(team)) {
      pks.push(...entries.flatMap(({ pk, tracking }) => (tracking ? [pk] : [])));
      if (pks.length > MAX_JOBS_PER_TEAM) return [];
    }
    return pks;
  }

  return async (teams) => {
    const unread: { team: string; pks: string[] }[] = [];
    await concurrently(
      [...teams].filter((team) => !known.has(team)),
      RECORDS_AT_ONCE,
      async (team) => void unread.push({ team, pks: await keysOf(team).catch(withoutTeam) }),
    );
    let left = MAX_JOBS_PER_DIGEST;
    for (const { team, pks } of unread.sort((one, other) => one.pks.length - other.pks.length)) {
      left -= pks.length;
      known.set(team, left >= 0 ? readJobs(table, pks).catch(withoutTeam) : Promise.resolve([]));
    }
    return (await Promise.all([...teams].map((team) => known.get(team) ?? []))).flat();
  };
}

/** Returns the jobs that are still open. */
export async function readJobs(table: RecordStore, pks: string[]): Promise<Job[]> {
  const found: Job[] = [];
  await concurrently(pks, RECORDS_AT_ONCE, async (pk) => {
    const stored = await table.readEventuallyConsistent(pk);
    if (stored?.kind === "job" && !hasEnded(stored.record)) found.push(stored.record);
  });
  return found;
}
