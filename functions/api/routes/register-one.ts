import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ApiKey } from "../../../lib/domain/api-key.ts";
import type { Job, JobKey } from "../../../lib/domain/job/job.ts";
import type { JobOptions } from "../../../lib/domain/job/job-options.ts";
import { nounOf, type SourceName } from "../../../lib/domain/job/sources.ts";
import { type Registration, type Request, registerJob } from "../../../lib/jobs/register-job.ts";
import type { Services } from "../../../lib/services.ts";
import type { TooManyOpenJobs } from "../../../lib/shared/open-job-limit.ts";
import { invalid, ProblemError } from "../http/problem.ts";
import { actorOf } from "../http/rights.ts";
import { referenceFields, referenceOf } from "./job-references.ts";
import { projectOf, resolveDefaultChannel, unreadableRecord } from "./named-job.ts";
import { parseRegistration, type RegistrationBody } from "./schemas.ts";

const STATUS_OF = { created: 201, known: 200, unseen: 202 } as const;

export interface Registered {
  status: ContentfulStatusCode;
  job: Job;
}

/** Returns the registration in a body. Throws if it is invalid or the key lacks permission. Does not access the cloud or the table. */
export function requestOf({ config }: Services, apiKey: ApiKey, body: unknown, correlationId: string): Request {
  const given = parseRegistration(body);
  const projectId = projectOf(config, apiKey, given.projectId);
  const key: JobKey = { team: apiKey.team, source: given.source, projectId, jobId: referenceOf(given.source, given) };
  const defaultChannels = [resolveDefaultChannel(config, apiKey, given.channels)];
  return { ...key, options: optionsOf(given), defaultChannels, verify: given.verify, correlationId, actor: actorOf(apiKey) };
}

/** Finds the sources that have a job which its own source does not. */
type Detected = (job: JobKey) => Promise<SourceName[]>;

interface How {
  register?: typeof registerJob;
  detected?: Detected;
}

/** Registers a job with `register`, which may be a dry run. Throws a problem if the job is unknown or a limit is reached. */
export async function registerOne(
  services: Services,
  request: Request,
  { register = registerJob, detected = async () => [] }: How = {},
): Promise<Registered> {
  const registration = await register(services, request, services.config.rules);
  const { jobId, team, projectId, correlationId } = request;
  const names = { jobId, team, projectId, correlationId };
  if (registration.kind === "unknown-job") {
    services.log.info("the cloud does not know a job", {
      ...names,
      reason: registration.reason,
      requestId: registration.requestId,
    });
    throw unknownToTheCloud(request, registration, await detected(request));
  }
  if (registration.kind === "too-many-open-jobs") throw tooManyOpenJobs(registration);
  if (registration.kind === "unreadable") throw unreadableRecord();
  if (registration.kind === "full") throw invalid([{ pointer: "", detail: registration.reason }]);
  const { job, kind: outcome } = registration;
  if (register === registerJob)
    services.log.info("registered", { ...names, outcome, requestId: job.failing?.requestId ?? job.requestId });
  return { status: STATUS_OF[registration.kind satisfies Registration["kind"]], job };
}

function optionsOf({ projectId: _p, source: _s, verify: _v, ...given }: RegistrationBody): Partial<JobOptions> {
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => value !== undefined && !(name in referenceFields)));
}

function unknownToTheCloud(
  { source, jobId }: JobKey,
  { reason, requestId }: { reason: string; requestId?: string },
  found: SourceName[],
): ProblemError {
  const unknown = `The cloud does not know ${nounOf(source)} ${jobId} in this project (${reason}).`;
  const ways = found.map((other) => `"source": "${other}"`).join(" or ");
  const advice =
    found.length > 0
      ? `The id exists in another source: send ${ways}.`
      : 'Check the ids. To track it anyway, send "verify": false.';
  const more = { reason, ...(requestId !== undefined && { requestId }), ...(found.length > 0 && { foundAs: found }) };
  return new ProblemError({ type: "unknown-job", status: 404, detail: `${unknown} ${advice}`, ...more });
}

function tooManyOpenJobs({ open, most }: TooManyOpenJobs): ProblemError {
  const count = `Your team has ${open} open jobs, and MAX_OPEN_JOBS allows ${most}. The count may be up to a minute old.`;
  const detail = `${count} Stop jobs that you no longer need, wait until some have ended, or ask the operators to raise the limit.`;
  return new ProblemError({ type: "too-many-open-jobs", status: 422, detail });
}
