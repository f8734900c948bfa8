import type { Receipt } from "../job/job.ts";
import type { OpenJobs } from "./still-open.ts";

/** Names one notification of a message: the key of its item, and its id there. */
export interface NotificationRef {
  pk: string;
  notificationId: string;
}

/** Stored before a message is sent, so that after a crash the next sender knows what was in progress. */
export interface MessageRecord {
  id: string;
  notifications: NotificationRef[];
  /** No other sender touches the message before this time. By then the invocation of its sender has ended. */
  leaseUntil: number;
  /** 1 for the first attempt. */
  attempt: number;
  /** An earlier attempt may have arrived. Slack's message contains "may repeat", an event has the same id. */
  mayRepeat: boolean;
  /** The layout was refused: only plain text, or an event with only the necessary fields. */
  plain: boolean;
  /** The plain text was refused too: a fixed text without anything that a team or the cloud wrote. */
  minimal?: true;
  digest?: DigestNote;
  /** It was held before: since when, and how often it failed. */
  held?: { since: number; failures: number };
  /** It was delivered: its notifications must be confirmed, never sent again. */
  deliveredAt?: number;
  /** Recorded with `deliveredAt`, for the confirmation. */
  receipt?: Receipt;
}

/** The message is the channel's digest of this time. Stored, so that a repeated message has the same content. */
export interface DigestNote {
  at: number;
  /** Only in the digest's last message. */
  open?: OpenJobs;
}

/** Returns what the confirmation records on the jobs. */
export function receiptOf({ attempt }: Pick<MessageRecord, "attempt">, { status, answer, latencyMs }: Receipt): Receipt {
  return {
    attempts: attempt,
    ...(status !== undefined && { status }),
    ...(answer !== undefined && { answer }),
    ...(latencyMs !== undefined && { latencyMs }),
  };
}

/** The id of a single notification is also its message's id. A roll-up appends the number of the others to the first one's id. */
export function messageId(notifications: NotificationRef[]): string {
  const first = notifications[0]?.notificationId ?? "";
  return notifications.length === 1 ? first : `${first}+${notifications.length - 1}`;
}
