import { html } from "hono/html";
import { hasEnded, type Job, type Silence } from "../../../lib/domain/job/job.ts";
import { JOB_OPTIONS, TIMED_OPTIONS } from "../../../lib/domain/job/job-options.ts";
import { isWithin, mayMake } from "../http/rights.ts";
import { channelName } from "./display-text.ts";
import { box, errorOf, type FormView, field, otherErrors, withoutEmpty, wrongText } from "./form-fields.ts";
import type { Html } from "./layout.ts";

/** How long a silence or a pause can last. */
const HOURS = { 1: "1 hour", 4: "4 hours", 24: "1 day", 168: "1 week" } as const;
const HOUR_MS = 3_600_000;

/** Returns what the form shows before it is sent. */
export function givenOf({ title = "", channels }: Job): URLSearchParams {
  const given = new URLSearchParams({ title });
  for (const name of channels) given.append("channels", name);
  return given;
}

/** Converts the form to a body of PATCH /jobs/{jobId}. What did not change is omitted. */
export function changeOfForm(form: URLSearchParams, job: Job, view: Pick<FormView, "channels" | "session">, now: number) {
  const title = form.get("title")?.trim();
  const offered = channelsOffered(job, view);
  const kept = job.channels.filter((name) => !offered.includes(name));
  const channels = [...kept, ...form.getAll("channels")];
  const isSame = channels.length === job.channels.length && channels.every((name) => job.channels.includes(name));
  return withoutEmpty({
    title: title === undefined || title === (job.title ?? "") ? undefined : title || null,
    channels: isSame ? undefined : channels,
    silence: timedOf("silence", form, now),
    pause: timedOf("pause", form, now),
  });
}

/** The form below the buttons: title, channels, silence and pause. A key limited to channels sees only its channels. */
export function editForm(job: Job, actionUrl: string, view: FormView, now: number): Html {
  const { session, errors, kinds } = view;
  const isWhole = mayMake(session.key, job, { ...job, title: `${job.title ?? ""}.` });
  const boxes = channelsOffered(job, view).map((name) =>
    box("channels", name, view.given.getAll("channels").includes(name), channelName(name, kinds)),
  );
  return html`<details class="menu edit" id="edit"${errors.length > 0 && html` open`}>
<summary class="button">Edit</summary>
<form class="panel form" method="post" action="${actionUrl}" novalidate>
<input type="hidden" name="token" value="${session.formToken}">
${errors.length > 0 && html`<p class="note" role="alert">Nothing was changed. ${otherErrors(errors, FIELDS)}</p>`}
${isWhole && field({ name: "title", ...JOB_OPTIONS.title }, view)}
<fieldset><legend>Channels</legend>${boxes}${wrongText("channels", errorOf("channels", errors))}</fieldset>
${isWhole && timedFields(job, view, now)}
<p><button name="verb" value="edit" class="main">Save</button></p>
</form>
</details>`;
}

const FIELDS = ["title", "channels", "silence", "pause"];

/** The channels of the key, and those of the job that the key may remove. */
function channelsOffered({ channels }: Job, view: Pick<FormView, "channels" | "session">): string[] {
  return [...new Set([...view.channels, ...channels.filter((name) => isWithin(view.session.key, name))])];
}

/** Fields of what ends by itself, in the names of the API. */
const TIMED = {
  silence: { label: "Silence", off: "Not silenced", help: "Only failures and losses are delivered until it ends." },
  pause: { label: "Pause", off: "Not paused", help: "The job is not checked until it ends, so it is neither late nor lost." },
};

export function isSet(timed: Silence | undefined, now: number): timed is Silence {
  return timed !== undefined && timed.until > now;
}

function timedFields(job: Job, view: FormView, now: number): Html {
  const names = TIMED_OPTIONS.filter((name) => name === "silence" || !hasEnded(job));
  return html`${names.map((name) => timedField(name, isSet(job[name], now), view))}
<div>
<label for="reason">Reason</label>
<small id="reason-help">Optional. Shown with the silence or the pause.</small>
<input id="reason" name="reason" value="${view.given.get("reason") ?? ""}" maxlength="120"
 aria-describedby="reason-help">
</div>`;
}

function timedField(name: (typeof TIMED_OPTIONS)[number], isOn: boolean, { given, errors }: FormView): Html {
  const { label, off, help } = TIMED[name];
  const option = (value: string, words: string) =>
    html`<option value="${value}"${given.get(name) === value && html` selected`}>${words}</option>`;
  return html`<div>
<label for="${name}">${label}</label>
<small id="${name}-help">${help}</small>
<select id="${name}" name="${name}" aria-describedby="${name}-help">
${option("", isOn ? "Unchanged" : off)}
${Object.entries(HOURS).map(([hours, words]) => option(hours, `For ${words} from now`))}
${isOn && option("end", "End it now")}
</select>
${wrongText(name, errorOf(name, errors))}
</div>`;
}

function timedOf(name: string, form: URLSearchParams, now: number): unknown {
  const chosen = form.get(name) ?? "";
  if (chosen === "end") return null;
  if (!Object.hasOwn(HOURS, chosen)) return undefined;
  const reason = form.get("reason")?.trim();
  return { until: new Date(now + Number(chosen) * HOUR_MS).toISOString(), ...(reason && { reason }) };
}
