import { addNotice } from "../health/operator-notice.ts";
import { pendingNotifications } from "../job/job.ts";
import { digestNotification, isForDigest } from "../job/notifications.ts";
import { channelPk } from "../table-keys.ts";
import type { Channel } from "./channel.ts";

export interface DigestPlan {
  /** The time of the digest. */
  at: number;
  /** Something ended: the digest is sent because of it. */
  hasEnds: boolean;
  /** Teams with open jobs in the channel. */
  teams: string[];
}

/**
 * Adds a notification for a digest without an end, because jobs are open or notifications expired. At most one waits, and none is added
 * after a digest of this time was claimed, so that overlapping ticks and all segments together send one.
 */
export function planDigest(channel: Channel, { at, hasEnds, teams }: DigestPlan): Channel {
  const { undelivered, digestAt = 0, ...kept } = channel;
  if (pendingNotifications(channel).some(({ id }) => isForDigest(id))) return channel;
  if (!undelivered && (hasEnds || teams.length === 0 || digestAt >= at)) return channel;
  const digest = { teams, ...(undelivered && { undelivered }) };
  // What happened before the time of a digest is in that digest.
  const planned = addNotice(
    { ...kept, digestAt: at },
    channelPk(channel.name),
    { at: at - 1, kind: "digest", reason: "", digest },
    [],
  );
  const transition = planned.transitions.at(-1);
  if (transition === undefined) return channel;
  const notification = digestNotification(channelPk(channel.name), transition, channel.name);
  return { ...planned, notifications: [...planned.notifications, notification] };
}
