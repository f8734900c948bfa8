import type { OpenJobs } from "./still-open.ts";

/** One notification in a message: the item it stands on, and its id there. */
export interface NotificationRef {
  pk: string;
  notificationId: string;
}

/** Written before a message is sent, so that whoever comes after a death knows what was under way. */
export interface MessageRecord {
  id: string;
  notifications: NotificationRef[];
  /** Nobody else touches the message before: longer than its sender can live. */
  leaseUntil: number;
  /** 1 for the first try. */
  attempt: number;
  /** An earlier try may have arrived: Slack's message says "may repeat", an event has the same id. */
  mayRepeat: boolean;
  /** The layout was refused: plain text alone, an event without what it can do without. */
  plain: boolean;
  /** Even the plain text was refused: fixed words alone, nothing that a team or the cloud wrote. */
  minimal?: true;
  digest?: DigestNote;
  /** It was held before: since when, and how often it failed. */
  held?: { since: number; failures: number };
  /** It was taken: the members are to be marked, never sent again. */
  deliveredAt?: number;
}

/** The message is the channel's digest of a moment. Written down, so that a repeat says the same. */
export interface DigestNote {
  at: number;
  /** In its last message alone. */
  open?: OpenJobs;
}

/** One notification's message carries the notification's id, a roll-up the id of its first one with the number of the others. */
export function messageId(notifications: NotificationRef[]): string {
  const first = notifications[0]?.notificationId ?? "";
  return notifications.length === 1 ? first : `${first}+${notifications.length - 1}`;
}
