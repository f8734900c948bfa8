import type { Context } from "hono";
import { jobOfLink } from "../../../lib/adapters/signing/job-page.ts";
import { readChannel } from "../../../lib/delivery/channel-record.ts";
import { hasEnded, type Job, type JobKey } from "../../../lib/domain/job/job.ts";
import { sourceOfId } from "../../../lib/domain/job/sources.ts";
import { jobPk } from "../../../lib/domain/table-keys.ts";
import type { Services } from "../../../lib/services.ts";
import type { ApiEnv } from "../http/authenticate.ts";
import { ProblemError } from "../http/problem.ts";
import type { RateLimit } from "../http/rate-limit.ts";
import { patchJob } from "../routes/job-actions.ts";
import { lastPollOfJob } from "../routes/last-polls.ts";
import { keyOf, locationOf, missingJob, noSuchJob } from "../routes/named-job.ts";
import { jobQuery, parseQuery } from "../routes/schemas.ts";
import { emptyForm, type FormView } from "./form-fields.ts";
import { answer, withNotice } from "./guard.ts";
import { jobPage } from "./job.ts";
import { noticeBox, runJobAction } from "./job-actions.ts";
import { changeOfForm, givenOf } from "./job-edit.ts";
import type { Html } from "./layout.ts";
import { requireWriter } from "./page-access.ts";
import type { Session } from "./session.ts";

// The page of one job, for a session or a signed link, and its buttons.

type PageContext = Context<ApiEnv>;

export async function showJob(services: Services, c: PageContext, session: Session): Promise<Response> {
  const job = await readJob(services, namedJob(services, c));
  const given = c.req.query("notice");
  const notice = noticeBox(given === "registered" && hasEnded(job) ? "registered-ended" : given);
  const form = { ...emptyForm(services, session), given: givenOf(job) };
  const edit = session.key.readOnly ? {} : { edit: form };
  return answer(c, await pageOf(services, job, { session, actionUrl: actionUrlOf(services, job), notice, ...edit }));
}

/** Returns undefined if the address has no valid link. */
export async function showLinkedJob(services: Services, c: PageContext, limitRate: RateLimit): Promise<Response | undefined> {
  const { config, clock } = services;
  const linked = jobOfLink(config.signingSecret ?? "", c.req.query("link") ?? "", addressedJob(services, c), clock.now());
  if (!linked) return undefined;
  // Visitors with a link have a rate limit of their own, and do not use the team's.
  await limitRate(`link#${linked.job.team}`);
  const job = await readJob(services, linked.job);
  if (job.registeredAt !== linked.registeredAt) throw noSuchJob();
  return answer(c, await pageOf(services, job, {}));
}

export async function runAction(
  services: Services,
  c: PageContext,
  session: Session,
  form: URLSearchParams,
): Promise<Response> {
  requireWriter(session);
  const key = namedJob(services, c);
  const job = await readJob(services, key);
  const verb = form.get("verb") ?? "";
  if (verb === "edit") return await editJob(services, c, session, form, job);
  const notice = await runJobAction(services, session.key, key, verb, c.get("correlationId"));
  return withNotice(c, locationOf(services.config, job), notice);
}

/** Changes the job as PATCH does. Shows what is wrong next to the fields. */
async function editJob(
  services: Services,
  c: PageContext,
  session: Session,
  form: URLSearchParams,
  job: Job,
): Promise<Response> {
  const view = emptyForm(services, session);
  try {
    const body = changeOfForm(form, job, view, services.clock.now());
    await patchJob(services, session.key, job, body);
    return withNotice(c, locationOf(services.config, job), "saved");
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { status, detail, errors = [{ pointer: "", detail }] } = error.problem;
    const edit = { ...view, given: form, errors };
    return answer(c, await pageOf(services, job, { session, actionUrl: actionUrlOf(services, job), edit }), status);
  }
}

function actionUrlOf({ config }: Services, job: Job): string {
  const [path = "", query] = locationOf(config, job).split("?");
  return `${path}/action${query ? `?${query}` : ""}`;
}

interface Visitor {
  session?: Session;
  actionUrl?: string;
  edit?: FormView;
  notice?: Html | "";
}

async function pageOf(services: Services, job: Job, { session, actionUrl = "", edit, notice = "" }: Visitor): Promise<Html> {
  const waiting = [...new Set(job.notifications.filter(({ state }) => state === "pending").map(({ channel }) => channel))];
  const channels = await Promise.all(waiting.map((name) => readChannel(services, name)));
  return jobPage({
    job,
    lastPoll: await lastPollOfJob(services, job),
    channels,
    kinds: services.config.channelKinds,
    consoleUrl: services.config.consoleUrl,
    digests: services.config.rules.channelDigest,
    actionUrl,
    now: services.clock.now(),
    ...(session && { session }),
    ...(edit && { edit }),
    notice,
  });
}

function namedJob({ config }: Services, c: PageContext): JobKey {
  return keyOf(c as Context<ApiEnv, "/:jobId">, config, queryOf(c));
}

/** Returns the job in the address without a team, for signed links. */
function addressedJob({ config }: Services, c: PageContext): Omit<JobKey, "team"> {
  const jobId = c.req.param("jobId") ?? "";
  const { projectId = config.defaultProjectId ?? "", source = sourceOfId(jobId) ?? "" } = queryOf(c);
  return { source, projectId, jobId };
}

function queryOf(c: PageContext) {
  const { projectId, source } = c.req.query();
  return parseQuery(jobQuery, { ...(projectId && { projectId }), ...(source && { source }) });
}

async function readJob(services: Services, key: JobKey): Promise<Job> {
  const found = await services.table.read(jobPk(key));
  if (found?.kind !== "job") throw missingJob(services, key);
  return found.record;
}
