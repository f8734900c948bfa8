import { NOW, PROJECT, registered, seen } from "../jobs.ts";
import type { World } from "../world.ts";
import { writeJobs } from "../write-jobs.ts";

export const OTHER_PROJECT = "fedcba9876543210fedcba9876543210";

/** Returns the messages of a channel, one text per message. */
export function delivered(world: World, channel: string): string[] {
  return world.sink.messages
    .filter((message) => message.channel === channel)
    .map(({ rendered }) => rendered.replaceAll(/\s+/g, " "));
}

/** Returns jobs as their team sees them. */
export async function views(world: World, jobIds: string[]): Promise<Record<string, unknown>[]> {
  return await Promise.all(jobIds.map(async (jobId) => (await world.request("GET", `/jobs/${jobId}`)).body));
}

/** Writes running jobs directly into the table: hundreds in a moment. The test decides the cloud's responses. */
export async function tracking(world: World, jobIds: string[], projectId = PROJECT): Promise<void> {
  const first = seen("running", { jobType: "create_share", beginTime: NOW });
  const options = { now: world.clock.now(), channels: ["general"] };
  const jobs = jobIds.map((jobId) => ({ ...registered(jobId, first, options), projectId }));
  await writeJobs(world.table, jobs);
}

export const RUNNING = { status: "running", job_type: "create_share", begin_time: "2026-11-23 12:00:00" };

export function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

/** Returns the seconds between consecutive polls of a job. */
export function gaps(world: World, jobId: string): number[] {
  const times = world.cloud.polls.filter((poll) => poll.jobId === jobId).map(({ at }) => at);
  return times.slice(1).map((at, index) => (at - (times[index] ?? at)) / 1_000);
}
