import type { Context } from "hono";
import type { Config } from "../../../lib/config/config.ts";
import type { Job, JobKey } from "../../../lib/domain/job/job.ts";
import { isIdOf, type SourceName, sourceOfId } from "../../../lib/domain/job/sources.ts";
import type { ApiKey } from "../../../lib/ports.ts";
import type { ApiEnv } from "../http/authenticate.ts";
import { invalid, ProblemError } from "../http/problem.ts";
import { nameableChannels, visibleProjects } from "../http/rights.ts";
import { jobQuery, parseQuery } from "./schemas.ts";

// What a request names, a job, a project, channels: within the rights of the presented key.

type JobContext = Context<ApiEnv, "/:jobId" | "/:jobId/transitions" | "/:jobId/refresh" | "/:jobId/redeliver">;

/** The job that a path and its query name, in the caller's team. */
export function keyOf(
  c: JobContext,
  config: Config,
  query: { projectId?: string | undefined; source?: SourceName | undefined } = parseQuery(jobQuery, c.req.query()),
): JobKey {
  const key = c.get("key");
  const jobId = c.req.param("jobId");
  const { source = sourceOfId(jobId), projectId } = query;
  if (source === undefined || !isIdOf(source, jobId)) throw noSuchJob();
  if (projectId !== undefined && key.projects?.includes(projectId) === false) throw noSuchJob();
  return { team: key.team, source, projectId: projectOf(config, key, projectId), jobId };
}

export function projectOf(config: Config, key: ApiKey, given: string | undefined): string {
  const { ids, byDefault } = visibleProjects(config, key);
  const projectId = given ?? byDefault;
  if (projectId !== undefined && ids.includes(projectId)) return projectId;
  const detail =
    projectId === undefined
      ? "must be given: there is no default project."
      : "This project is not watched here; the operators list it in ALLOWED_PROJECT_IDS, and in a key that is for some projects alone.";
  throw invalid([{ pointer: "/projectId", detail }]);
}

/** The channel of a job that names none. Refuses what is named and not open to the key, unless the job has it already. */
export function resolveDefaultChannel(config: Config, key: ApiKey, named: string[] = [], had: string[] = []): string {
  const { names, byDefault } = nameableChannels(config, key);
  if (byDefault === undefined) throw invalid([{ pointer: "/channels", detail: "No channel is open to this key." }]);
  const unknown = named.flatMap((name, index) => (names.includes(name) || had.includes(name) ? [] : [{ name, index }]));
  if (unknown.length === 0) return byDefault;
  throw invalid(
    unknown.map(({ name, index }) => ({
      pointer: `/channels/${index}`,
      detail: `There is no channel ${JSON.stringify(name)}. Your channels: ${names.join(", ")}.`,
    })),
  );
}

/** Says the project where it is not the default, and the source where the id does not tell: the address alone finds the job. */
export function locationOf({ defaultProjectId }: Config, { jobId, projectId, source }: Job): string {
  const query = new URLSearchParams({
    ...(projectId !== defaultProjectId && { projectId }),
    ...(source !== sourceOfId(jobId) && { source }),
  });
  return `/jobs/${jobId}${query.size > 0 ? `?${query}` : ""}`;
}

export function noSuchJob(): ProblemError {
  return new ProblemError({
    type: "unknown-job",
    status: 404,
    detail: "Your team has registered no such job. Register it by POST /jobs.",
  });
}
