import { concurrently } from "../concurrently.ts";
import { faultOf } from "../fault.ts";
import { hasEnded, type Job } from "../job/job.ts";
import type { Ports } from "../ports.ts";
import { AT_ONCE } from "./tellings.ts";

/** Of more open jobs none is read: looks and alerts need the time of a tick more than a digest needs its ending. */
const MOST_READ = 200;

/** All jobs that are open, as far as an index that lags behind knows: read once, when first asked for. None where that fails. */
export function createOpenJobs({ table, log }: Pick<Ports, "table" | "log">): () => Promise<Job[]> {
  let jobs: Promise<Job[]> | undefined;
  const readAll = async () => {
    const pks: string[] = [];
    for await (const { entries } of table.scanOpen(0, 1)) {
      pks.push(...entries.flatMap(({ pk, watch }) => (watch ? [pk] : [])));
      if (pks.length > MOST_READ) return [];
    }
    const found: Job[] = [];
    await concurrently(pks, AT_ONCE, async (pk) => {
      const subject = await table.glance(pk);
      if (subject?.kind === "job" && !hasEnded(subject.record)) found.push(subject.record);
    });
    return found;
  };
  const none = (error: unknown) => {
    log.warn("a digest goes out without the jobs still open", faultOf(error));
    return [];
  };
  return () => {
    jobs ??= readAll().catch(none);
    return jobs;
  };
}
