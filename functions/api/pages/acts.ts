import { replay, stopJob } from "../../../lib/change-job.ts";
import type { JobKey } from "../../../lib/job/job.ts";
import { lookNow } from "../../../lib/look-now.ts";
import type { Services } from "../../../lib/services.ts";
import { noSuchJob } from "../named-job.ts";
import { invalid } from "../problem.ts";

/** What a page says after a form was sent. The address names one of these, so that it can make a page say nothing else. */
const NOTICES = {
  registered: "Registered. This page updates by itself.",
  known: "Your team had registered this job before; what the form gave was added.",
  unseen: "Registered, but the cloud could not be asked just now. It is asked again with the next tick.",
  looked: "The cloud was asked just now; this is what it said.",
  unreachable: "The cloud could not be asked just now. The job is watched on.",
  "too-soon": "Somebody looked at this job a moment ago. Try again in a few seconds.",
  stopped: "This job is not watched any more. Registering it again watches it anew.",
  replayed: "What was not delivered is told again with the next tick.",
  tested: "Slack took the test message. If the channel was parked, it is open again.",
  "test-failed": "Slack did not take the test message; the reason stands beside a channel that is parked.",
} as const;

export type Notice = keyof typeof NOTICES;

export function noticeOf(name: string | undefined): string | undefined {
  return name !== undefined && Object.hasOwn(NOTICES, name) ? NOTICES[name as Notice] : undefined;
}

/** What the buttons of a job's page do. */
export async function actOn(services: Services, key: JobKey, verb: string): Promise<Notice> {
  const { rules } = services.config;
  switch (verb) {
    case "look": {
      const looked = await lookNow(services, key, rules);
      if (looked.kind === "absent") throw noSuchJob();
      if (looked.kind === "too soon") return "too-soon";
      return looked.observation?.kind === "unreachable" ? "unreachable" : "looked";
    }
    case "stop":
      if (!(await stopJob(services, key, rules))) throw noSuchJob();
      return "stopped";
    case "replay":
      if (!(await replay(services, key, undefined))) throw noSuchJob();
      return "replayed";
    default:
      throw invalid([{ pointer: "/verb", detail: "There is no such button." }]);
  }
}
