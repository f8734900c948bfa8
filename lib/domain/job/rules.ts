import type { DigestTimes } from "../channel/digest.ts";
import type { QuietHours } from "../channel/quiet-hours.ts";
import type { TeamSilence } from "./team-silence.ts";
import type { NotifyOn } from "./transitions.ts";

/** The settings that the pure functions need. Durations in milliseconds. */
export interface TrackingRules {
  lostAfterMs: number;
  lateAfterMs: number;
  maxTrackingMs: number;
  /** The number of poller segments; each has its own state record. */
  pollSegments?: number;
  /** The channel for operator notices. */
  opsChannel: string;
  /** A channel that receives every transition, independent of the job's options. */
  eventsChannel?: string;
  /** A channel's default for `notifyOn`. */
  channelNotifyOn?: (channel: string) => NotifyOn[] | undefined;
  /** A channel's quiet hours, in which only urgent notifications are sent. */
  channelQuiet?: (channel: string) => QuietHours | undefined;
  /** When a channel receives its digest: one message about all jobs that ended. */
  channelDigest?: (channel: string) => DigestTimes | undefined;
  /** The channels with a digest. */
  digestChannels?: () => readonly string[];
  /** The teams that may use a channel; empty if any team may. */
  channelTeams?: (channel: string) => readonly string[];
  /** The silences of the job's team. */
  silences?: readonly TeamSilence[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A job is never late within this time after its registration, however old it is. */
export const NEVER_LATE_BEFORE_MS = 5 * MINUTE;

/** A job is late beyond this multiple of the 95th percentile of its type. */
export const LATE_PAST_P95 = 1.5;

/** A team is notified once its job's own polls have failed for this long. */
export const UNREACHABLE_AFTER_MS = 15 * MINUTE;

/** Gaps between reminders of a late job or an unreachable service. The last gap repeats. */
export const REMINDER_GAPS_MS = [HOUR, 4 * HOUR, 24 * HOUR] as const;

/** A job is lost only after this many missing polls, however long the service was unreachable. */
export const POLLS_BEFORE_LOST = 3;

// Limits that keep an item far below the table's 400 KB: at most about 250 KB if every text has its maximum length.

/** Beyond these counts only ends and deadlines are recorded. */
export const HISTORY_LIMIT = { transitions: 100, notifications: 300 };

/** Beyond these counts a lost or stopped job is not tracked again. */
export const HISTORY_FULL = { transitions: 200, notifications: 500 };

/** Channels that one job can notify, over all its registrations. */
export const MAX_CHANNELS = 10;

/** Characters of the sub job changes in one transition. */
export const LONGEST_STEPS = 150;
