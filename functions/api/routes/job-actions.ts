import { Hono } from "hono";
import type { ApiKey } from "../../../lib/domain/api-key.ts";
import type { JobChange } from "../../../lib/domain/job/change.ts";
import { trackingLimitAt } from "../../../lib/domain/job/deadline.ts";
import { hasEnded, type Job, type JobKey } from "../../../lib/domain/job/job.ts";
import { iso } from "../../../lib/domain/job/job-fields.ts";
import { TIMED_OPTIONS } from "../../../lib/domain/job/job-options.ts";
import { failedPoll } from "../../../lib/domain/job/last-poll.ts";
import type { TrackingRules } from "../../../lib/domain/job/rules.ts";
import { changeOptions, redeliver, stopJob } from "../../../lib/jobs/change-job.ts";
import { refreshJob } from "../../../lib/jobs/refresh-job.ts";
import type { Services } from "../../../lib/services.ts";
import type { ApiEnv } from "../http/authenticate.ts";
import { etagOf, matchesVersion } from "../http/conditional-requests.ts";
import { invalid, ProblemError } from "../http/problem.ts";
import { readJson } from "../http/read-body.ts";
import { actorOf, isWithin, requireRedeliverable, writerOf } from "../http/rights.ts";
import { limitSlow } from "../http/slow-requests.ts";
import { jobView } from "./job-view.ts";
import { lastPollOfJob } from "./last-polls.ts";
import { keyOf, missingJob, resolveDefaultChannel } from "./named-job.ts";
import { type JobChangeBody, parseJobChange, parseQuery, redeliverQuery } from "./schemas.ts";
import { timedOf } from "./timed-options.ts";

/** Routes that change, stop, refresh and redeliver one job of the team. */
export function jobActionRoutes(services: Services): Hono<ApiEnv> {
  const { config, clock } = services;
  const responseOf = async (job: Job) => {
    const lastPoll = await lastPollOfJob(services, job);
    return [jobView(job, lastPoll), 200, { ETag: etagOf(job, lastPoll) }] as const;
  };
  return new Hono<ApiEnv>()
    .patch("/:jobId", async (c) => {
      const apiKey = writerOf(c);
      const job = await patchJob(services, apiKey, keyOf(c, config), await readJson(c.req.raw), c.req.header("if-match"));
      return c.json(...(await responseOf(job)));
    })

    .delete("/:jobId", async (c) => {
      const actor = actorOf(writerOf(c));
      const key = keyOf(c, config);
      const job = await stopJob(services, key, config.rules, actor);
      if (!job) throw missingJob(services, key);
      return c.json(jobView(job, undefined));
    })

    .post("/:jobId/refresh", async (c) => {
      const { team } = writerOf(c);
      const key = keyOf(c, config);
      const polled = await limitSlow(services, team, (limited) => refreshJob(limited, key, config.rules));
      if (polled.kind === "absent") throw missingJob(services, key);
      if (polled.kind === "too soon") throw tooSoon(Math.max(Math.ceil((polled.until - clock.now()) / 1_000), 1));
      const { job, observation } = polled;
      if (observation?.kind !== "unreachable") return c.json(...(await responseOf(job)));
      const since = (await lastPollOfJob(services, job))?.since ?? clock.now();
      const lastPoll = failedPoll(observation.cause, observation, since);
      return c.json(jobView(job, lastPoll), 202, { ETag: etagOf(job, lastPoll) });
    })

    .post("/:jobId/redeliver", async (c) => {
      const apiKey = writerOf(c);
      const { channel, ...query } = parseQuery(redeliverQuery, c.req.query());
      const key = keyOf(c, config, query);
      if (channel !== undefined) requireRedeliverable(apiKey, channel);
      const isMeant = (name: string) => (channel === undefined ? isWithin(apiKey, name) : name === channel);
      const job = await redeliver(services, key, isMeant);
      if (!job) throw missingJob(services, key);
      if (channel !== undefined) requireUsed(job, channel);
      return c.json(...(await responseOf(job)));
    });
}

/** Changes a job with a body of PATCH. `wanted`: the ETags that the job must have. */
export async function patchJob(services: Services, apiKey: ApiKey, key: JobKey, given: unknown, wanted?: string): Promise<Job> {
  const { config, clock } = services;
  const body = parseJobChange(given);
  const actor = actorOf(apiKey);
  const changed = await changeOptions(services, key, changeOf(body, apiKey.label, clock.now()), config.rules, {
    ...actor,
    permit(before, after) {
      if (body.channels) resolveDefaultChannel(config, apiKey, body.channels, before.channels);
      if (wanted !== undefined && !matchesVersion(wanted, before)) throw stale();
      if (body.pause) requirePausable(before, after, config.rules);
      actor.permit(before, after);
    },
  });
  if (changed.kind === "absent") throw missingJob(services, key);
  if (changed.kind === "full")
    throw invalid([{ pointer: "/channels", detail: "This job cannot take more channels, since its history is full." }]);
  return changed.job;
}

/** Throws 422 unless the job notifies this channel or has a notification for it. */
function requireUsed({ channels, notifications }: Job, channel: string): void {
  if (channels.includes(channel) || notifications.some((notification) => notification.channel === channel)) return;
  throw invalid([{ pointer: "/channel", detail: "This job has no notifications for this channel." }]);
}

/** Builds the change. `by` is the label of the key, which a silence or a pause records. */
function changeOf(body: JobChangeBody, by: string, now: number): JobChange {
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as JobChange;
  const timed = TIMED_OPTIONS.flatMap((name) => (body[name] ? [[name, timedOf(`/${name}`, body[name], by, now)]] : []));
  return { ...given, ...Object.fromEntries(timed) };
}

/** Throws 422 if the job has ended, or if the pause would outlast its tracking. */
function requirePausable(before: Job, { pause }: Job, rules: TrackingRules): void {
  if (hasEnded(before)) throw invalid([{ pointer: "/pause", detail: "The job has ended, so there is nothing to pause." }]);
  const limit = trackingLimitAt(before, rules);
  if (pause && pause.until >= limit)
    throw invalid([{ pointer: "/pause/until", detail: `must be before ${iso(limit)}, when tracking ends.` }]);
}

function stale(): ProblemError {
  const detail =
    "The job has changed since you read the ETag in If-Match. Read the job again, then repeat the change if it still applies.";
  return new ProblemError({ type: "precondition-failed", status: 412, detail });
}

function tooSoon(seconds: number): ProblemError {
  const detail = `This job was checked less than 5 seconds ago. Try again in ${seconds} s.`;
  return new ProblemError({ type: "too-many-requests", status: 429, detail }, { "Retry-After": String(seconds) });
}
