import { html } from "hono/html";
import type { ApiKey } from "../../../lib/domain/api-key.ts";
import { hasEnded, type Job, type JobKey, type Observation } from "../../../lib/domain/job/job.ts";
import { redeliver, stopJob } from "../../../lib/jobs/change-job.ts";
import { refreshJob } from "../../../lib/jobs/refresh-job.ts";
import { trackAgain } from "../../../lib/jobs/register-job.ts";
import type { Services } from "../../../lib/services.ts";
import { invalid } from "../http/problem.ts";
import { actorOf, isWithin } from "../http/rights.ts";
import { limitSlow } from "../http/slow-requests.ts";
import { patchJob } from "../routes/job-actions.ts";
import { missingJob } from "../routes/named-job.ts";
import { registerOne } from "../routes/register-one.ts";
import type { Html } from "./layout.ts";

/** Notices after a form was sent. The address can only select one of these texts. */
const DONE = {
  registered: "Registered. Its channels are notified when the job ends or runs late.",
  "registered-ended": "Registered. The job has already ended.",
  known: "Your team had already registered this job. The options of the form were applied.",
  refreshed: "The job was checked just now.",
  stopped: "Tracking stopped. Nobody is notified of this job any more.",
  tracked: "The job is tracked again. Its channels are notified when it ends or runs late.",
  resumed: "The job is checked again from now on.",
  saved: "The changes were saved.",
  redelivered: "Expired notifications are delivered with the next tick.",
  "watch-added": "Added. The project's list was read, and new operations become jobs.",
  "watch-known": "Your team already watches these operations. The channels of the form were applied.",
  "watch-ended": "The watch has ended. Jobs that it found are still tracked.",
  tested: "The test message was delivered. If the channel was suspended, it is open again.",
};
const NOT_DONE = {
  unseen: "Registered, but the first check returned no status. The reason is below. The job is checked again within a minute.",
  "watch-unlisted": "Added, but the first list could not be read. It is read again each minute, and the reason is shown here.",
  unreachable: "The check returned no status. The job is still tracked.",
  missing: "The cloud does not know this job at the moment. The job is still tracked.",
  "too-soon": "This job was checked a moment ago. Try again in a few seconds.",
  ended: "The job has already ended.",
  "test-failed": "The test message was not delivered. If the channel is suspended, the reason is next to its name.",
  "signed-out": "You were signed out, so nothing was changed. Sign in and try again.",
};

export type Notice = keyof typeof DONE | keyof typeof NOT_DONE;

export function noticeBox(name = ""): Html | "" {
  if (Object.hasOwn(DONE, name)) return html`<p class="note ok" role="status">${DONE[name as keyof typeof DONE]}</p>`;
  if (!Object.hasOwn(NOT_DONE, name)) return "";
  return html`<p class="note" role="status">${NOT_DONE[name as keyof typeof NOT_DONE]}</p>`;
}

/** Runs the action of a button on a job's page. */
export async function runJobAction(
  services: Services,
  apiKey: ApiKey,
  key: JobKey,
  verb: string,
  correlationId: string,
): Promise<Notice> {
  const { rules } = services.config;
  switch (verb) {
    case "refresh": {
      const polled = await limitSlow(services, key.team, (limited) => refreshJob(limited, key, rules));
      if (polled.kind === "absent") throw missingJob(services, key);
      if (polled.kind === "too soon") return "too-soon";
      return noticeOfRefresh(polled.job, polled.observation);
    }
    case "stop": {
      const job = await stopJob(services, key, rules, actorOf(apiKey));
      if (!job) throw missingJob(services, key);
      return job.state === "stopped" ? "stopped" : "ended";
    }
    case "track": {
      const request = { ...key, options: {}, defaultChannels: [], verify: false, correlationId, actor: actorOf(apiKey) };
      await registerOne(services, request, { register: trackAgain });
      return "tracked";
    }
    case "resume":
      await patchJob(services, apiKey, key, { pause: null });
      return "resumed";
    case "redeliver":
      if (!(await redeliver(services, key, (name) => isWithin(apiKey, name)))) throw missingJob(services, key);
      return "redelivered";
    default:
      throw invalid([{ pointer: "/verb", detail: "Unknown action. Use refresh, edit, resume, stop, track or redeliver." }]);
  }
}

function noticeOfRefresh(job: Job, observation: Observation | undefined): Notice {
  if (observation === undefined) return "ended";
  if (observation.kind === "unreachable") return "unreachable";
  return observation.kind === "missing" && !hasEnded(job) ? "missing" : "refreshed";
}
