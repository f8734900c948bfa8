import type { JobKey } from "./job/job.ts";
import { WATCHABLE_SOURCES, type WatchableSource } from "./job/sources.ts";

// The keys of the table's items. They also identify a job, a service or a channel in a single text.

export function jobPk({ team, source, projectId, jobId }: JobKey): string {
  return `job#${team}#${source}#${projectId}#${jobId}`;
}

/** A service of a project: the unit of reachability and of back-off after 429. */
export interface ServiceKey {
  projectId: string;
  /** The first label of its host: "sfs-turbo", "ecs". */
  service: string;
}

/** The key of a service in the poller's state. */
export function serviceIdOf({ projectId, service }: ServiceKey): string {
  return `${projectId}#${service}`;
}

export function serviceOfId(id: string): ServiceKey {
  const [projectId = "", service = ""] = id.split("#");
  return { projectId, service };
}

export function reachabilityPk({ projectId, service }: ServiceKey): string {
  return `reachability#${serviceIdOf({ projectId, service })}`;
}

export function channelPk(name: string): string {
  return `channel#${name}`;
}

export function watchesPk(team: string): string {
  return `watches#${team}`;
}

export function silencesPk(team: string): string {
  return `silences#${team}`;
}

/** A project that can be watched, by source. */
export interface ProjectKey {
  source: WatchableSource;
  projectId: string;
}

export function projectPk({ source, projectId }: ProjectKey): string {
  return `project#${source}#${projectId}`;
}

/** Returns the watched project of a key; undefined for other keys, and for sources that this version cannot list. */
export function projectOfPk(pk: string): ProjectKey | undefined {
  const [kind, name, projectId] = pk.split("#");
  const source = WATCHABLE_SOURCES.find((one) => one === name);
  return kind === "project" && source && projectId ? { source, projectId } : undefined;
}

export function downtimePk(): string {
  return "service#poller";
}

/** Returns the service of a reachability key; undefined for other keys. */
export function serviceOfReachabilityPk(pk: string): ServiceKey | undefined {
  const [kind, projectId, service] = pk.split("#");
  return kind === "reachability" && projectId && service ? { projectId, service } : undefined;
}

/** Returns the job of a key; undefined for other keys. Teams and sources contain no `#`. */
export function jobOfPk(pk: string): JobKey | undefined {
  const [kind, team, source, projectId, jobId] = pk.split("#");
  if (kind !== "job" || !team || !source || !projectId || !jobId) return undefined;
  return { team, source, projectId, jobId };
}

/** Returns the team that an item belongs to; "" for items of this service itself. */
export function teamOfPk(pk: string): string {
  const [kind, team = ""] = pk.split("#");
  return jobOfPk(pk)?.team ?? (kind === "watches" || kind === "silences" ? team : "");
}
