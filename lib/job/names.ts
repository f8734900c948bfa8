import type { JobKey } from "./job.ts";

// The keys of the table's items, which also name a job, a project or a channel wherever one text must do.

export function jobPk({ team, source, projectId, jobId }: JobKey): string {
  return `job#${team}#${source}#${projectId}#${jobId}`;
}

export function projectPk(projectId: string): string {
  return `project#${projectId}`;
}

export function channelPk(name: string): string {
  return `channel#${name}`;
}

export function servicePk(): string {
  return "service#poller";
}

/** The project of a key, or undefined where the key names something else. */
export function projectOfPk(pk: string): string | undefined {
  const [kind, projectId] = pk.split("#");
  return kind === "project" ? projectId : undefined;
}

/** The job of a key, or undefined where the key names something else. Teams and sources hold no `#`. */
export function jobOfPk(pk: string): JobKey | undefined {
  const [kind, team, source, projectId, jobId] = pk.split("#");
  if (kind !== "job" || !team || !source || !projectId || !jobId) return undefined;
  return { team, source, projectId, jobId };
}
