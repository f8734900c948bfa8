import { hasEnded, type Job } from "../../../lib/domain/job/job.ts";
import { type LastPoll, lastPollOf } from "../../../lib/domain/job/last-poll.ts";
import { serviceOf } from "../../../lib/domain/job/sources.ts";
import { reachabilityPk } from "../../../lib/domain/table-keys.ts";
import type { Ports } from "../../../lib/ports.ts";
import type { RecordStore } from "../../../lib/table-ports.ts";

type Deps = Pick<Ports, "clock"> & { table: RecordStore };

/** Returns why open jobs have no news. Makes one eventually consistent read per project and service. */
export async function lastPollsOf({ table, clock }: Deps, jobs: Job[]): Promise<(job: Job) => LastPoll | undefined> {
  const pks = [...new Set(jobs.filter((job) => !hasEnded(job)).map(pkOf))];
  const found = await Promise.all(pks.map((pk) => table.readEventuallyConsistent(pk)));
  const services = new Map(found.map((one, index) => [pks[index], one?.kind === "reachability" ? one.record : undefined]));
  return (job) => lastPollOf(job, services.get(pkOf(job)), clock.now());
}

export async function lastPollOfJob(lastPollDeps: Deps, job: Job): Promise<LastPoll | undefined> {
  return (await lastPollsOf(lastPollDeps, [job]))(job);
}

function pkOf({ projectId, source }: Job): string {
  return reachabilityPk({ projectId, service: serviceOf(source) });
}
