import { Hono } from "hono";
import { hasEnded, type Job } from "../../../lib/domain/job/job.ts";
import type { JobFilter } from "../../../lib/domain/job/job-filter.ts";
import { OPEN_STATES } from "../../../lib/domain/job/states.ts";
import { jobPk } from "../../../lib/domain/table-keys.ts";
import { waitForJob } from "../../../lib/jobs/wait-for-job.ts";
import type { Services } from "../../../lib/services.ts";
import type { ApiEnv } from "../http/authenticate.ts";
import { etagOf, matchesEtag, waitSecondsOf } from "../http/conditional-requests.ts";
import { invalid } from "../http/problem.ts";
import { jobSummary, jobView, transitionView } from "./job-view.ts";
import { lastPollOfJob, lastPollsOf } from "./last-polls.ts";
import { keyOf, missingJob } from "./named-job.ts";
import { listQuery, parseQuery, type STATE_FILTERS, transitionsQuery } from "./schemas.ts";

/** Routes that read jobs: the list, one job (with optional wait) and its history. */
export function jobRoutes(services: Services): Hono<ApiEnv> {
  const { config, table } = services;
  return new Hono<ApiEnv>()
    .get("/", async (c) => {
      const { state, limit, cursor, type, label, source } = parseQuery(listQuery, c.req.query());
      const { team, projects } = c.get("key");
      const page = await table.listJobs(team, {
        ...{ limit, type, label, source, ...filterOfState(state) },
        ...(cursor && { cursor }),
        ...(projects && { projects }),
        charge: c.get("charge"),
      });
      if (page === "bad cursor")
        throw invalid([{ pointer: "/cursor", detail: "Use the value of `next` from this list without changes." }]);
      const lastPollIn = await lastPollsOf(services, page.jobs);
      return c.json({ jobs: page.jobs.map((job) => jobSummary(job, lastPollIn(job))), next: page.next });
    })

    .get("/:jobId/transitions", async (c) => {
      const { cursor, limit, ...query } = parseQuery(transitionsQuery, c.req.query());
      const key = keyOf(c, config, query);
      const found = await table.read(jobPk(key));
      if (found?.kind !== "job") throw missingJob(services, key);
      const { transitions } = found.record;
      const from = Number(cursor ?? 0);
      const page = transitions.slice(from, from + limit);
      const next = from + limit < transitions.length ? String(from + limit) : undefined;
      return c.json({ transitions: page.map(transitionView), next });
    })

    .get("/:jobId", async (c) => {
      const key = keyOf(c, config);
      const known = c.req.header("if-none-match");
      const found = await table.read(jobPk(key));
      if (found?.kind !== "job") throw missingJob(services, key);
      const lastPoll = await lastPollOfJob(services, found.record);
      const isNews = (job: Job) => (known === undefined ? hasEnded(job) : !matchesEtag(known, job, lastPoll));
      const { job, waited } = await whenNews(services, found.record, waitSecondsOf(c.req.header("prefer")), isNews);
      if (!job) throw missingJob(services, key);
      const latest = waited === undefined ? lastPoll : await lastPollOfJob(services, job);
      const headers = { ETag: etagOf(job, latest), ...(waited !== undefined && { "Preference-Applied": `wait=${waited}` }) };
      if (known !== undefined && matchesEtag(known, job, latest)) return c.body(null, 304, headers);
      return c.json(jobView(job, latest), 200, headers);
    });
}

/** `open` means all states of jobs that have not ended. `late` means open jobs that take longer than expected. */
export function filterOfState(state: (typeof STATE_FILTERS)[number] | undefined): JobFilter {
  if (state === undefined) return {};
  if (state === "late") return { states: OPEN_STATES, isLate: true };
  return { states: state === "open" ? OPEN_STATES : [state] };
}

/** Returns the job, after a wait if one is preferred. `waited` is absent if the preference was not honoured. */
async function whenNews(
  services: Services,
  job: Job,
  seconds: number | undefined,
  isNews: (job: Job) => boolean,
): Promise<{ job: Job | undefined; waited?: number }> {
  if (seconds === undefined) return { job };
  if (isNews(job) || seconds === 0) return { job, waited: seconds };
  const result = await waitForJob(services, { pk: jobPk(job), team: job.team, waitMs: seconds * 1_000 }, isNews);
  return result.kind === "waited" ? { job: result.job, waited: seconds } : { job };
}
