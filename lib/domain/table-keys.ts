import type { JobKey } from "./job/job.ts";

// The keys of the table's items, which also name a job, a service or a channel wherever one text must do.

export function jobPk({ team, source, projectId, jobId }: JobKey): string {
  return `job#${team}#${source}#${projectId}#${jobId}`;
}

/** A service of a project: what can be reachable or not, and what 429 holds back. */
export interface ServiceKey {
  projectId: string;
  /** The first label of its host: "sfs-turbo", "ecs". */
  service: string;
}

/** Names a service in the poller's state. */
export function idOf({ projectId, service }: ServiceKey): string {
  return `${projectId}#${service}`;
}

export function serviceOfId(id: string): ServiceKey {
  const [projectId = "", service = ""] = id.split("#");
  return { projectId, service };
}

export function reachabilityPk({ projectId, service }: ServiceKey): string {
  return `reachability#${idOf({ projectId, service })}`;
}

export function channelPk(name: string): string {
  return `channel#${name}`;
}

export function servicePk(): string {
  return "service#poller";
}

/** The service whose reachability a key names, or undefined where the key names something else. */
export function serviceOfPk(pk: string): ServiceKey | undefined {
  const [kind, projectId, service] = pk.split("#");
  return kind === "reachability" && projectId && service ? { projectId, service } : undefined;
}

/** The job of a key, or undefined where the key names something else. Teams and sources hold no `#`. */
export function jobOfPk(pk: string): JobKey | undefined {
  const [kind, team, source, projectId, jobId] = pk.split("#");
  if (kind !== "job" || !team || !source || !projectId || !jobId) return undefined;
  return { team, source, projectId, jobId };
}

/** The team whose item a key names; "" for what belongs to the service itself. */
export function teamOfPk(pk: string): string {
  return jobOfPk(pk)?.team ?? "";
}
