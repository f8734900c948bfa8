import { html } from "hono/html";
import type { ChannelKind } from "../../../lib/config/channel-kinds.ts";
import { readChannel } from "../../../lib/delivery/channel-record.ts";
import type { ApiKey } from "../../../lib/domain/api-key.ts";
import type { Channel } from "../../../lib/domain/channel/channel.ts";
import { isDown, lastTickAt } from "../../../lib/domain/health/downtime.ts";
import {
  newReachability,
  type Reachability,
  type Unreachability,
  unreachableNow,
} from "../../../lib/domain/health/reachability.ts";
import { serviceName } from "../../../lib/domain/job/sources.ts";
import type { SegmentState } from "../../../lib/domain/schedule/poller-state.ts";
import { reachabilityPk, type ServiceKey, serviceIdOf, serviceOfId } from "../../../lib/domain/table-keys.ts";
import { duration } from "../../../lib/domain/time-words.ts";
import type { Services } from "../../../lib/services.ts";
import { visibleChannels, visibleProjects } from "../http/rights.ts";
import { channelName, truncate } from "./display-text.ts";
import { durationRow, type LearnedType } from "./histogram.ts";
import { icon } from "./icons.ts";
import { type Html, layout, OPERATIONS_PAGE_STYLE } from "./layout.ts";
import type { Session } from "./session.ts";
import { ago, time } from "./times.ts";

export interface OperationsView {
  session: Session;
  segments: number;
  states: SegmentState[];
  services: Reachability[];
  channels: Channel[];
  kinds: Record<string, ChannelKind>;
  learned: LearnedType[];
  notice: Html | "";
  now: number;
}

/** Reads the current state of everything that an operator's key may see. */
export async function readOperations(
  services: Services,
  key: ApiKey,
): Promise<Pick<OperationsView, "segments" | "states" | "services" | "channels" | "kinds">> {
  const { config, table } = services;
  const { ids } = visibleProjects(config, key);
  const { segments } = config.poll;
  const [states, channels] = await Promise.all([
    table.readSegments(segments),
    Promise.all(visibleChannels(config, key).map((name) => readChannel(services, name))),
  ]);
  const records = await Promise.all(
    servicesOf(states, ids).map(async (service) => {
      const found = await table.read(reachabilityPk(service));
      return found?.kind === "reachability" ? found.record : newReachability(service);
    }),
  );
  return { segments, states, services: records, channels, kinds: config.channelKinds };
}

/** Returns SFS Turbo in each project, and all other services that were polled there lately. */
function servicesOf(states: SegmentState[], projectIds: string[]): ServiceKey[] {
  const polled = states.flatMap(({ seen, backOff }) => [...Object.keys(seen), ...Object.keys(backOff)]);
  const all = [...projectIds.map((projectId) => serviceIdOf({ projectId, service: "sfs-turbo" })), ...polled];
  return [...new Set(all)].map(serviceOfId).filter(({ projectId }) => projectIds.includes(projectId));
}

const TICK_SECONDS = 60;

export function operationsPage(view: OperationsView): Html {
  const { session, notice } = view;
  const main = html`<h1>Operations</h1>
${notice}
<div id="figures" class="figures" data-live>${figures(view)}</div>
<div id="parts" data-live>
<section aria-labelledby="h-channels">
<h2 id="h-channels">Channels</h2>
<ul class="card list rows">${view.channels.map((channel) => channelRow(channel, view))}</ul>
</section>
<section aria-labelledby="h-services">
<h2 id="h-services">Cloud services</h2>
<ul class="card list rows">${view.services.map((service) => serviceRow(service, view))}</ul>
</section>
${view.learned.length > 0 && durationCharts(view.learned)}
</div>`;
  return layout({ title: "Operations", session, at: "operations", style: OPERATIONS_PAGE_STYLE, live: true, main });
}

function durationCharts(learned: LearnedType[]): Html {
  return html`<section aria-labelledby="h-durations">
<h2 id="h-durations">Job durations<small>last 50 successful jobs of your team, per type</small></h2>
<ul class="card list rows durations">${learned.map(durationRow)}</ul>
</section>`;
}

function figures({ states, segments, now }: OperationsView): Html {
  const last = lastTickAt(states, segments);
  const waiting = states.flatMap(({ oldestPendingAt }) => oldestPendingAt ?? []);
  const polls = states.reduce((sum, state) => sum + (state.polls ?? 0), 0);
  const open = states.flatMap(({ openJobs }) => Object.values(openJobs)).reduce((sum, count) => sum + count, 0);
  const figure = (name: string, value: string, note: string, kind = "") =>
    html`<div class="card ${kind}"><small>${name}</small><b>${value}</b><small>${note}</small></div>`;
  const lastTick = last === undefined ? "none yet" : `${duration(now - last)} ago`;
  const schedule = segments === 1 ? "A tick runs every minute" : `Oldest of ${segments} segments`;
  return html`
${isDown(last, now) ? figure("Last tick", lastTick, "Stale: check the log of the poll function", "stale") : figure("Last tick", lastTick, schedule)}
${figure("Polls per second", (polls / TICK_SECONDS).toFixed(1), `${polls} in the last tick`)}
${figure("Open jobs", open === 0 ? "none" : String(open), "of all teams")}
${
  waiting.length === 0
    ? figure("Oldest pending", "none", "All notifications are delivered")
    : figure("Oldest pending", duration(now - Math.min(...waiting)), "A notification waits this long")
}`;
}

function channelRow({ name, suspended, lastTest }: Channel, { session, kinds, now }: OperationsView): Html {
  const since = suspended && ago(suspended.since, now, "Suspended");
  const why = suspended && html`<small>${truncate(suspended.reason, 200)}, ${since}</small>`;
  const testForm = html`<form method="post" action="/operations/channels/${name}/test">
<input type="hidden" name="token" value="${session.formToken}">
<button aria-label="Send a test message to ${name}">Test</button>
</form>`;
  return html`<li id="c-${name}">
${suspended ? statusCell("failed", "Suspended") : statusCell("success", "Open")}
<div>${channelName(name, kinds)}${why}${lastTest && testText(lastTest, now)}</div>
${!session.key.readOnly && testForm}
</li>`;
}

function statusCell(status: "failed" | "success", words: string): Html {
  return html`<b class="${status}">${icon(status)}${words}</b>`;
}

function testText({ at, outcome, answer }: NonNullable<Channel["lastTest"]>, now: number): Html {
  const answerText = answer && html` (<bdi>${truncate(answer, 80)}</bdi>)`;
  return html`<small>Last test ${time(at, now)}: ${outcome}${answerText}</small>`;
}

function serviceRow(record: Reachability, { now, states }: OperationsView): Html {
  const { projectId, service } = record;
  const id = serviceIdOf(record);
  const backOffUntil = Math.max(0, ...states.map(({ backOff }) => backOff[id]?.backOffUntil ?? 0));
  const backOffText = backOffUntil > now ? html` Backing off until ${time(backOffUntil, now)}.` : "";
  const unreachable = unreachableNow(record, now);
  return html`<li id="p-${projectId}-${service}">
${unreachable ? statusCell("failed", "Unreachable") : statusCell("success", "Reachable")}
<div>
${serviceName(service)} in <code>${projectId}</code>
<small>${unreachable && unreachableText(unreachable, now)}${backOffText}</small>
</div>
</li>`;
}

function unreachableText({ since, cause, reason, requestId }: Unreachability, now: number): Html {
  const request = requestId && html` · request <code>${truncate(requestId, 80)}</code>`;
  return html`Since ${time(since, now)} (${cause}): <bdi>${truncate(reason, 300)}</bdi>${request}`;
}
