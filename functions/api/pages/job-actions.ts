import { html } from "hono/html";
import { hasEnded, type Job, type JobKey, type Observation } from "../../../lib/domain/job/job.ts";
import { redeliver, stopJob } from "../../../lib/jobs/change-job.ts";
import { refreshJob } from "../../../lib/jobs/refresh-job.ts";
import type { ApiKey } from "../../../lib/ports.ts";
import type { Services } from "../../../lib/services.ts";
import { invalid } from "../http/problem.ts";
import { actorOf, isWithin } from "../http/rights.ts";
import { limitSlow } from "../http/slow-requests.ts";
import { noSuchJob } from "../routes/named-job.ts";
import type { Html } from "./layout.ts";

/** What a page says after a form was sent. The address names one of these, so that it can make a page say nothing else. */
const DONE = {
  registered: "Registered. Its channels are told when there is something to tell.",
  known: "Your team had registered this job before; what the form gave was added.",
  refreshed: "The cloud was asked just now; this is what it said.",
  stopped: "This job is not watched any more. Registering it again watches it anew.",
  redelivered: "What was given up is told again with the next tick.",
  tested: "The channel took the test message. If it was parked, it is open again.",
};
const NOT_DONE = {
  unseen: "Registered, but the first check brought no status; the reason is below. It is checked again within a minute.",
  unreachable: "The check brought no status; the job is still tracked.",
  missing: "The cloud was asked just now, and does not know this job. The job is watched on.",
  "too-soon": "Somebody looked at this job a moment ago. Try again in a few seconds.",
  ended: "The job had ended already.",
  "test-failed": "The channel did not take the test message; the reason stands beside a channel that is parked.",
  "signed-out": "You are signed out, so nothing was done. Sign in, and try again.",
};

export type Notice = keyof typeof DONE | keyof typeof NOT_DONE;

export function noticeBox(name = ""): Html | "" {
  if (Object.hasOwn(DONE, name)) return html`<p class="note ok" role="status">${DONE[name as keyof typeof DONE]}</p>`;
  if (!Object.hasOwn(NOT_DONE, name)) return "";
  return html`<p class="note" role="status">${NOT_DONE[name as keyof typeof NOT_DONE]}</p>`;
}

/** What the buttons of a job's page do. */
export async function runJobAction(services: Services, apiKey: ApiKey, key: JobKey, verb: string): Promise<Notice> {
  const { rules } = services.config;
  switch (verb) {
    case "refresh": {
      const polled = await limitSlow(services, key.team, (limited) => refreshJob(limited, key, rules));
      if (polled.kind === "absent") throw noSuchJob();
      if (polled.kind === "too soon") return "too-soon";
      return noticeOfRefresh(polled.job, polled.observation);
    }
    case "stop": {
      const job = await stopJob(services, key, rules, actorOf(apiKey));
      if (!job) throw noSuchJob();
      return job.state === "stopped" ? "stopped" : "ended";
    }
    case "redeliver":
      if (!(await redeliver(services, key, (name) => isWithin(apiKey, name)))) throw noSuchJob();
      return "redelivered";
    default:
      throw invalid([{ pointer: "/verb", detail: "There is no such button." }]);
  }
}

function noticeOfRefresh(job: Job, observation: Observation | undefined): Notice {
  if (observation === undefined) return "ended";
  if (observation.kind === "unreachable") return "unreachable";
  return observation.kind === "missing" && !hasEnded(job) ? "missing" : "refreshed";
}
