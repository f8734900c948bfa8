import { Hono } from "hono";
import { type Job, type JobKey, lastNews } from "../../../lib/domain/job/job.ts";
import { lastPollOf } from "../../../lib/domain/job/last-poll.ts";
import { isForDigest, notificationIdOf } from "../../../lib/domain/job/notifications.ts";
import { createSourceDetector } from "../../../lib/jobs/detect-source.ts";
import { tryRegistration } from "../../../lib/jobs/register-job.ts";
import type { Destination } from "../../../lib/ports.ts";
import type { Services } from "../../../lib/services.ts";
import type { ApiEnv } from "../http/authenticate.ts";
import { idempotently } from "../http/idempotency.ts";
import { readJson } from "../http/read-body.ts";
import { writerOf } from "../http/rights.ts";
import { limitSlow, type RequestServices } from "../http/slow-requests.ts";
import { registerBatch } from "./batch.ts";
import { jobView } from "./job-view.ts";
import { lastPollOfJob } from "./last-polls.ts";
import { locationOf } from "./named-job.ts";
import { registerOne, requestOf } from "./register-one.ts";
import { parseBatch, parseQuery, registrationQuery } from "./schemas.ts";

/** Routes that register jobs: one, a batch, or a dry run. */
export function registrationRoutes(services: Services): Hono<ApiEnv> {
  const { config, destinations, clock } = services;
  const detectSource = createSourceDetector(services, config.poll.pollsPerSecond);
  /** Detecting the source is slow, so it needs a permit. */
  const detectorFor = (limited: RequestServices, charge: (requests: number) => Promise<void>) => async (job: JobKey) => {
    await limited.becomeSlow();
    return await detectSource(limited, job, charge);
  };
  return new Hono<ApiEnv>()
    .post("/", async (c) => {
      const apiKey = writerOf(c);
      const { dryRun } = parseQuery(registrationQuery, c.req.query());
      const body = await readJson(c.req.raw);
      const request = requestOf(services, apiKey, body, c.get("correlationId"));
      const register = (how: { register?: typeof tryRegistration }) =>
        limitSlow(services, apiKey.team, (limited) =>
          registerOne(limited, request, { ...how, detected: detectorFor(limited, c.get("charge")) }),
        );
      if (dryRun === "true") {
        const { status, job } = await register({ register: tryRegistration });
        return c.json(
          { job: jobView(job, lastPollOf(job, undefined, clock.now())), messages: messagesOf(destinations, job) },
          status,
        );
      }
      return await idempotently(services, c, body, async () => {
        const { status, job } = await register({});
        return { status, body: jobView(job, await lastPollOfJob(services, job)), location: locationOf(config, job) };
      });
    })

    .post("/batch", async (c) => {
      const apiKey = writerOf(c);
      const body = await readJson(c.req.raw);
      const jobs = parseBatch(body);
      return await idempotently(services, c, body, async () => {
        await c.get("charge")(jobs.length - 1);
        const results = await limitSlow(services, apiKey.team, (limited) =>
          registerBatch(limited, apiKey, jobs, c.get("correlationId")),
        );
        return { status: 207, body: { results }, isPartial: results.some(({ status }) => status === 429 || status >= 500) };
      });
    });
}

/** Returns the exact message for the job's state per channel, and whether it would be sent. */
function messagesOf(destinations: Destination, job: Job): object[] {
  const transition = lastNews(job);
  if (!transition) return [];
  return job.channels.map((channel) => {
    const notificationId = notificationIdOf(job, transition, channel);
    const wouldSend = job.notifications.some(({ id, state }) => id === notificationId && state === "pending");
    const inDigest = job.notifications.some(
      (notification) => isForDigest(notification.id) && notification.channel === channel && notification.n === transition.n,
    );
    const meta = { id: notificationId, mayRepeat: false, plain: false };
    const message = destinations.preview(channel, [{ kind: "job", notificationId, job, transition }], meta);
    return { channel, wouldSend, ...(inDigest && { digest: true }), message };
  });
}
