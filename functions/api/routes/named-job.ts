import type { Context } from "hono";
import type { Config } from "../../../lib/config/config.ts";
import type { ApiKey } from "../../../lib/domain/api-key.ts";
import type { Job, JobKey } from "../../../lib/domain/job/job.ts";
import { isIdOf, type SourceName, sourceOfId } from "../../../lib/domain/job/sources.ts";
import { jobPk } from "../../../lib/domain/table-keys.ts";
import type { Services } from "../../../lib/services.ts";
import type { ApiEnv } from "../http/authenticate.ts";
import { invalid, ProblemError } from "../http/problem.ts";
import { nameableChannels, visibleProjects } from "../http/rights.ts";
import { jobQuery, parseQuery } from "./schemas.ts";

// Resolves the job, project and channels that a request names, within the permissions of its key.

type JobContext = Context<ApiEnv, "/:jobId" | "/:jobId/transitions" | "/:jobId/refresh" | "/:jobId/redeliver">;

/** Returns the key of the job in the path and query. The job is in the caller's team. */
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
      ? "is required, since there is no default project."
      : "This key may not use this project. Ask the operators to add it to ALLOWED_PROJECT_IDS, and to your key if it is limited to projects.";
  throw invalid([{ pointer: "/projectId", detail }]);
}

/** Returns the default channel. Throws 422 if the key may not use a named channel, unless the job already has it. */
export function resolveDefaultChannel(config: Config, key: ApiKey, named: string[] = [], had: string[] = []): string {
  const { names, byDefault } = nameableChannels(config, key);
  if (byDefault === undefined)
    throw invalid([
      { pointer: "/channels", detail: "This key may not use any channel. Ask the operators for a key with a channel." },
    ]);
  const unknown = named.flatMap((name, index) => (names.includes(name) || had.includes(name) ? [] : [{ name, index }]));
  if (unknown.length === 0) return byDefault;
  throw invalid(
    unknown.map(({ name, index }) => ({
      pointer: `/channels/${index}`,
      detail: `Unknown channel ${JSON.stringify(name)}. Your channels: ${names.join(", ")}.`,
    })),
  );
}

/** Returns the job's path. Adds the project if it is not the default one, and the source if the id does not imply it. */
export function locationOf({ defaultProjectId }: Config, { jobId, projectId, source }: Job): string {
  const query = new URLSearchParams({
    ...(projectId !== defaultProjectId && { projectId }),
    ...(source !== sourceOfId(jobId) && { source }),
  });
  return `/jobs/${jobId}${query.size > 0 ? `?${query}` : ""}`;
}

/** A job without a record, or with one that cannot be read. */
export function missingJob({ table }: Pick<Services, "table">, key: JobKey): ProblemError {
  return table.isUnreadable(jobPk(key)) ? unreadableRecord() : noSuchJob();
}

export function unreadableRecord(): ProblemError {
  const detail =
    "The service cannot read its record of this job, and its operators were notified. The operation is not affected. Check it in the cloud's console until the record is repaired.";
  return new ProblemError({ type: "unreadable-record", status: 409, detail });
}

export function noSuchJob(): ProblemError {
  return new ProblemError({
    type: "unknown-job",
    status: 404,
    detail: "Your team has not registered this job. Check the id and `?projectId=`, or register it with POST /jobs.",
  });
}
