import { html } from "hono/html";
import { hasEnded, type Job } from "../../../lib/domain/job/job.ts";
import { isWithin, mayMake } from "../http/rights.ts";
import { isSet } from "./job-edit.ts";
import type { Html } from "./layout.ts";
import type { Session } from "./session.ts";

/** The buttons of a job's page. Stopping asks first, without JavaScript too. */
export function buttons(job: Job, actionUrl: string, { key, formToken }: Session, now: number): Html {
  const { pause: _, ...resumed } = job;
  const isOpen = !hasEnded(job);
  const mayStop = mayMake(key, job, { ...job, state: "stopped" });
  const canTrackAgain = job.state === "stopped" || job.state === "lost";
  const hasExpired = job.notifications.some(({ state, channel }) => state === "expired" && isWithin(key, channel));
  return html`<form class="actions" id="actions" data-live method="post" action="${actionUrl}" aria-label="Actions">
<input type="hidden" name="token" value="${formToken}">
${isOpen && button("refresh", "Check now", "main")}
${canTrackAgain && mayMake(key, job, { ...job, state: "registered" }) && button("track", "Track again", "main")}
${isOpen && isSet(job.pause, now) && mayMake(key, job, resumed) && button("resume", "Resume")}
${hasExpired && button("redeliver", "Redeliver")}
${isOpen && mayStop && stop}
</form>`;
}

function button(verb: string, words: string, kind = ""): Html {
  return html`<button name="verb" value="${verb}" id="b-${verb}" class="${kind}">${words}</button>`;
}

const stop = html`<details class="menu" id="stop">
<summary class="button">Stop tracking</summary>
<div class="panel">
<p>
Nobody is notified of this job any more, not even if it fails. The operation in the cloud goes on.
You can track the job again later.
</p>
<button name="verb" value="stop" class="danger">Stop tracking this job</button>
</div>
</details>`;
