import { html } from "hono/html";
import type { ChannelKind } from "../../../lib/config/channel-kinds.ts";
import type { Channel } from "../../../lib/domain/channel/channel.ts";
import { nextDigestAt } from "../../../lib/domain/channel/digest.ts";
import type { Job, Notification } from "../../../lib/domain/job/job.ts";
import { isForDigest } from "../../../lib/domain/job/notifications.ts";
import type { TrackingRules } from "../../../lib/domain/job/rules.ts";
import { transitionRow } from "../../../lib/domain/job/transitions.ts";
import { channelName, isSlack, truncate } from "./display-text.ts";
import type { Html } from "./layout.ts";
import { time } from "./times.ts";

export interface NotificationsView {
  job: Job;
  /** The channels with pending notifications of this job. */
  channels: Channel[];
  kinds: Record<string, ChannelKind>;
  /** Digest times by channel. */
  digests: TrackingRules["channelDigest"];
  now: number;
}

/** Lists the notifications of a job, newest first, with their state. */
export function notificationList(view: NotificationsView): Html {
  const { job, kinds, now } = view;
  if (job.notifications.length === 0) {
    return html`<div class="card">
<p class="soft">
No notifications yet. ${channelNames(job.channels, kinds)} will be notified when the job ends or runs late.
</p>
</div>`;
  }
  return html`<ol class="card list">${job.notifications.toReversed().map((notification) => {
    const transition = job.transitions.find(({ n }) => n === notification.n);
    const channel = channelName(notification.channel, kinds) + (isForDigest(notification.id) ? ", digest" : "");
    return html`<li id="a-${notification.id}">
${time(notification.at, now)}
<div>
${channel}: ${transition && transitionRow(transition).label}
<small>${notificationWords(notification, view)}</small>
</div>
</li>`;
  })}</ol>`;
}

export function channelNames(names: string[], kinds: NotificationsView["kinds"]): string {
  return names.map((name) => channelName(name, kinds)).join(", ");
}

function notificationWords(
  { id, state, channel, at }: Notification,
  { channels, kinds, digests, now }: NotificationsView,
): Html | string {
  if (state === "delivered") return isSlack(channel, kinds) ? "Delivered to Slack" : "Delivered";
  if (state === "expired") return "Expired: it could not be delivered";
  const times = isForDigest(id) ? digests?.(channel) : undefined;
  const digestAt = times ? nextDigestAt(times, at) : now;
  if (digestAt > now) return html`In the ${time(digestAt, now)} digest`;
  const suspended = channels.find(({ name }) => name === channel)?.suspended;
  return suspended ? `Pending: the channel is suspended (${truncate(suspended.reason, 120)})` : "Pending";
}
