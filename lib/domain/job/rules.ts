import type { DigestTimes } from "../channel/digest.ts";
import type { QuietHours } from "../channel/quiet-hours.ts";
import type { NotifyOn } from "./job.ts";

/** What the configuration decides about watching, handed to the pure functions. Durations in milliseconds. */
export interface TrackingRules {
  lostAfterMs: number;
  lateAfterMs: number;
  maxTrackingMs: number;
  /** How many segments the poller has: its state stands in as many records. */
  pollSegments?: number;
  /** Where operators are told. */
  opsChannel: string;
  /** A channel that is told of every transition, whatever the job asks for. */
  eventsChannel?: string;
  /** What a channel wants to hear where the job does not say. */
  channelNotifyOn?: (channel: string) => NotifyOn[] | undefined;
  /** When a channel is told only what cannot wait. */
  channelQuiet?: (channel: string) => QuietHours | undefined;
  /** When a channel is told all that has ended, as one message. */
  channelDigest?: (channel: string) => DigestTimes | undefined;
  /** The teams that a channel is for; empty where it is for any. */
  channelTeams?: (channel: string) => readonly string[];
}

export const DEFAULT_NOTIFY_ON: readonly NotifyOn[] = ["succeeded", "failed", "late", "lost", "unreachable"];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A job that has just been registered is not late at once, however old it is. */
export const NEVER_LATE_BEFORE_MS = 5 * MINUTE;

/** A job is late that takes so many times as long as 19 of 20 do. */
export const LATE_PAST_P95 = 1.5;

/** A team is notified of a job whose own polls have failed for so long. */
export const UNREACHABLE_AFTER_MS = 15 * MINUTE;

/** Waits between reminders of a late job or an unreachable service; the last one goes on. */
export const REMINDER_GAPS_MS = [HOUR, 4 * HOUR, 24 * HOUR] as const;

/** A job is not lost on fewer missing looks than this, however long the service itself was away. */
export const POLLS_BEFORE_LOST = 3;

// What bounds an item, far below the table's 400 KB: some 250 KB where every text is as long as it may be.

/** After so many transitions, or notifications, only ends and deadlines are recorded. */
export const HISTORY_LIMIT = { transitions: 100, notifications: 300 };

/** After so many a lost or stopped job is not watched anew. */
export const HISTORY_FULL = { transitions: 200, notifications: 500 };

/** Channels that one job tells, over all its registrations. */
export const MOST_CHANNELS = 10;

/** Characters of what sub jobs did, in one transition. */
export const LONGEST_STEPS = 150;
