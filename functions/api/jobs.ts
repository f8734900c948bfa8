import { type Context, Hono } from "hono";
import type { Config } from "../../lib/config.ts";
import type { Job, JobKey, JobOptions, JobState } from "../../lib/job/job.ts";
import { jobPk } from "../../lib/job/names.ts";
import type { ApiKey } from "../../lib/ports.ts";
import { registerJob, stopJob } from "../../lib/register-job.ts";
import type { Services } from "../../lib/services.ts";
import type { ApiEnv } from "./authenticate.ts";
import { jobView } from "./job-view.ts";
import { invalid, ProblemError } from "./problem.ts";
import { readJson } from "./read-body.ts";
import { nameableChannels, visibleProjects, writerOf } from "./rights.ts";
import { parseJobId, parseJobQuery, parseListQuery, parseRegistration, type RegistrationBody } from "./schemas.ts";

const OPEN_STATES: JobState[] = ["registered", "waiting", "running"];
const STATUS_OF = { created: 201, known: 200, unseen: 202 } as const;

export function jobRoutes(services: Services): Hono<ApiEnv> {
  const { config, table, log } = services;
  return new Hono<ApiEnv>()
    .post("/", async (c) => {
      const apiKey = writerOf(c);
      const body = parseRegistration(await readJson(c.req.raw));
      const projectId = projectOf(config, apiKey, body.projectId);
      const key: JobKey = { team: apiKey.team, source: body.source, projectId, jobId: body.jobId };
      const defaultChannels = [channelOfNone(config, apiKey, body.channels)];
      const correlationId = c.get("correlationId");
      const request = { ...key, options: optionsOf(body), defaultChannels, verify: body.verify, correlationId };
      const registration = await registerJob(services, request, config.rules);
      if (registration.kind === "unknown-job") throw unknownToTheCloud(key, registration.reason);
      if (registration.kind === "full") throw invalid([{ pointer: "", detail: registration.reason }]);
      const { job, kind } = registration;
      log.info("registered", { jobId: job.jobId, team: job.team, projectId, outcome: kind, correlationId });
      return c.json(jobView(job), STATUS_OF[kind], { Location: locationOf(config, job) });
    })

    .get("/", async (c) => {
      const { state, limit, cursor } = parseListQuery(c.req.query());
      const states = state === "open" ? OPEN_STATES : state && [state];
      const { team, projects } = c.get("key");
      const page = await table.listJobs(team, {
        limit,
        ...(cursor && { cursor }),
        ...(states && { states }),
        ...(projects && { projects }),
      });
      if (page === "bad cursor") throw invalid([{ pointer: "/cursor", detail: "Use a `next` of this listing as it came." }]);
      return c.json({ jobs: page.jobs.map(jobView), next: page.next });
    })

    .get("/:jobId", async (c) => {
      const found = await table.read(jobPk(keyOf(c, config)));
      if (found?.kind !== "job") throw noSuchJob();
      return c.json(jobView(found.record), 200, { ETag: `"${found.record.version}"` });
    })

    .delete("/:jobId", async (c) => {
      writerOf(c);
      const job = await stopJob(services, keyOf(c, config), config.rules);
      if (!job) throw noSuchJob();
      return c.json(jobView(job));
    });
}

/** The job that a path and its query name, in the caller's team. */
function keyOf(c: Context<ApiEnv, "/:jobId">, config: Config): JobKey {
  const key = c.get("key");
  const jobId = parseJobId(c.req.param("jobId"));
  if (jobId === undefined) throw noSuchJob();
  const { source, projectId } = parseJobQuery(c.req.query());
  if (projectId !== undefined && key.projects?.includes(projectId) === false) throw noSuchJob();
  return { team: key.team, source, projectId: projectOf(config, key, projectId), jobId };
}

function projectOf(config: Config, key: ApiKey, given: string | undefined): string {
  const { ids, byDefault } = visibleProjects(config, key);
  const projectId = given ?? byDefault;
  if (projectId !== undefined && ids.includes(projectId)) return projectId;
  const detail =
    projectId === undefined
      ? "Give the projectId: there is no default project."
      : "This project is not watched here; the operators list it in ALLOWED_PROJECT_IDS, and in a key that is for some projects alone.";
  throw invalid([{ pointer: "/projectId", detail }]);
}

/** The channel of a job that names none. Refuses what is named and not open to the key. */
function channelOfNone(config: Config, key: ApiKey, named: string[] = []): string {
  const { names, byDefault } = nameableChannels(config, key);
  if (byDefault === undefined) throw invalid([{ pointer: "/channels", detail: "No channel is open to this key." }]);
  const unknown = named.flatMap((name, index) => (names.includes(name) ? [] : [{ name, index }]));
  if (unknown.length === 0) return byDefault;
  throw invalid(
    unknown.map(({ name, index }) => ({
      pointer: `/channels/${index}`,
      detail: `There is no channel ${JSON.stringify(name)}. Your channels: ${names.join(", ")}.`,
    })),
  );
}

function optionsOf({ jobId: _, projectId: _p, source: _s, verify: _v, ...options }: RegistrationBody): Partial<JobOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Says project and source where they are not the defaults, so that the address alone finds the job. */
function locationOf({ defaultProjectId }: Config, { jobId, projectId }: Job): string {
  return `/jobs/${jobId}${projectId === defaultProjectId ? "" : `?projectId=${projectId}`}`;
}

function unknownToTheCloud({ jobId }: JobKey, reason: string): ProblemError {
  const detail = `The cloud does not know job ${jobId} in this project (${reason}). Check both ids; send "verify": false to watch it all the same.`;
  return new ProblemError({ type: "unknown-job", status: 404, detail });
}

function noSuchJob(): ProblemError {
  return new ProblemError({
    type: "unknown-job",
    status: 404,
    detail: "Your team has registered no such job. Register it by POST /jobs.",
  });
}
