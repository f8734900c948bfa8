import { html } from "hono/html";
import type { ChannelKind } from "../../../lib/config/channel-kinds.ts";
import type { Channel } from "../../../lib/domain/channel/channel.ts";
import { nextDigestAt } from "../../../lib/domain/channel/digest.ts";
import { counted } from "../../../lib/domain/counted.ts";
import { hasEnded, type Job, type Notification, type Receipt } from "../../../lib/domain/job/job.ts";
import { isForDigest } from "../../../lib/domain/job/notifications.ts";
import type { TrackingRules } from "../../../lib/domain/job/rules.ts";
import { transitionRow } from "../../../lib/domain/job/transitions.ts";
import { channelName, truncate } from "./display-text.ts";
import type { Html } from "./layout.ts";
import { exactTime, time } from "./times.ts";

export interface NotificationsView {
  job: Job;
  /** The channels with pending notifications of this job. */
  channels: Channel[];
  kinds: Record<string, ChannelKind>;
  /** Digest times by channel. */
  digests: TrackingRules["channelDigest"];
  now: number;
}

/** Lists the notifications of a job by channel, newest first. The event bus gets every transition, so it is closed at first. */
export function notificationList(view: NotificationsView): Html {
  const { job, kinds } = view;
  const byChannel = Map.groupBy(job.notifications.toReversed(), ({ channel }) => channel);
  if (byChannel.size === 0) {
    const words = hasEnded(job)
      ? "Nobody was notified."
      : `No notifications yet. ${channelNames(job.channels, kinds)} will be notified when the job ends or runs late.`;
    return html`<div class="card"><p class="soft">${words}</p></div>`;
  }
  const isBus = (channel: string) => kinds[channel] === "events";
  const [named, buses] = [[...byChannel].filter(([name]) => !isBus(name)), [...byChannel].filter(([name]) => isBus(name))];
  return html`<div class="card deliveries">
${named.map(
  ([name, notifications], index) => html`<div id="d-${index}">
<h3>${channelName(name, kinds)}</h3>
${rows(notifications, view)}
</div>`,
)}
${buses.map(
  ([, notifications]) => html`<details id="d-bus">
<summary>Event bus: ${countWords(notifications)}</summary>
${rows(notifications, view)}
</details>`,
)}
</div>`;
}

export function channelNames(names: string[], kinds: NotificationsView["kinds"]): string {
  return names.map((name) => channelName(name, kinds)).join(", ");
}

function rows(notifications: Notification[], view: NotificationsView): Html {
  const { job, now } = view;
  return html`<ol class="list">${notifications.map((notification) => {
    const transition = job.transitions.find(({ n }) => n === notification.n);
    const label = transition && transitionRow(transition).label;
    return html`<li id="a-${notification.id}">
${exactTime(notification.at, now)}
<div>
${label}${isForDigest(notification.id) && " (digest)"}
<small class="${notification.state === "expired" && "failed"}">${notificationWords(notification, view)}</small>
</div>
</li>`;
  })}</ol>`;
}

/** "4 events, 1 pending" */
function countWords(notifications: Notification[]): string {
  const open = notifications.filter(({ state }) => state !== "delivered").length;
  const events = counted(notifications.length, "event");
  return open === 0 ? `${events} delivered` : `${events}, ${open} not delivered`;
}

function notificationWords(
  { id, state, channel, at, receipt }: Notification,
  { channels, digests, now }: NotificationsView,
): Html | string {
  if (state === "delivered") return deliveredWords(receipt);
  if (state === "expired") return `Expired: ${truncate(receipt?.answer ?? "it could not be delivered", 120)}`;
  const times = isForDigest(id) ? digests?.(channel) : undefined;
  const digestAt = times ? nextDigestAt(times, at) : now;
  if (digestAt > now) return html`In the ${time(digestAt, now)} digest`;
  const record = channels.find(({ name }) => name === channel);
  if (record?.suspended) return `Pending: the channel is suspended (${truncate(record.suspended.reason, 120)})`;
  return record ? pendingWords(record, id, now) : "Pending";
}

/** "Delivered: 200 ok, 142 ms, 3 attempts" */
function deliveredWords({ attempts = 1, status, answer, latencyMs }: Receipt = {}): string {
  const word = [status, answer && truncate(answer, 60)].filter(Boolean).join(" ");
  const took = latencyMs === undefined ? "" : latencyMs < 1_000 ? `${latencyMs} ms` : `${(latencyMs / 1_000).toFixed(1)} s`;
  const details = [word, took, attempts > 1 ? `${attempts} attempts` : ""].filter(Boolean).join(", ");
  return details === "" ? "Delivered" : `Delivered: ${details}`;
}

/** Says how often the message that contains a notification has failed, and when it is sent again. */
function pendingWords({ message, held = [], failures, nextSendAt }: Channel, id: string, now: number): Html | string {
  const contains = ({ notifications }: Pick<NonNullable<Channel["message"]>, "notifications">) =>
    notifications.some(({ notificationId }) => notificationId === id);
  const waiting = held.find(contains);
  const attempt = waiting?.attempt ?? (message && failures > 0 && contains(message) ? message.attempt : 0);
  if (attempt === 0) return "Pending";
  const next = waiting?.retryAt ?? nextSendAt;
  return html`Pending: attempt ${attempt} failed${next > now && html`, next one at ${exactTime(next, now)}`}`;
}
