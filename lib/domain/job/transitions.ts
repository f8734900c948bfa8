import { CLOUD_STATES, type CloudState, type JobState } from "./states.ts";

// All that distinguishes one kind of transition from another. Notifications, the API, events, pages and Slack messages read this table.

export const NOTIFY_ON = ["started", "succeeded", "failed", "late", "lost", "unreachable", "progress"] as const;
export type NotifyOn = (typeof NOTIFY_ON)[number];
export const DEFAULT_NOTIFY_ON: readonly NotifyOn[] = ["succeeded", "failed", "late", "lost", "unreachable"];

export const MENTION_KINDS = ["failed", "late", "lost"] as const;
/** Whom a channel mentions, in the format of Slack. */
export type Mentions = Partial<Record<(typeof MENTION_KINDS)[number], string>>;

/** The kind of news in a transition: one that a team can choose, `always` or `operators`. */
export type News = NotifyOn | "always" | "operators";

interface TransitionRow {
  /** Absent: nobody is notified. */
  news?: News;
  /** Nobody is notified of a transition without a reason: the team made it. */
  needsReason?: true;
  /** Waits until quiet hours end. */
  canWait?: true;
  /** Is delivered although the job is silenced. */
  passesSilence?: true;
  mention?: keyof Mentions;
  /** Order in a message with several notifications. Operator notices have rank 3. */
  rank: number;
  /** The status that pages show for it; absent: the state of the job. */
  shownAs?: "late";
  /** The heading of a message, and the words on pages. */
  label: string;
  /** For a roll-up: "3 failed". Absent: the label in lower case. */
  countLabel?: string;
  /** The sentence after the title of the job. */
  predicate: string;
  /** What ends the sentence; absent: nothing. The Slack adapter writes it. */
  ending?: "result" | "reason" | "quoted reason" | "plain reason" | "open for" | "unknown to the cloud";
  emoji: string;
  tone: "good" | "warning" | "bad" | "neutral";
  /** What to do next. */
  advice?: string;
  /** Says nothing about the operation itself. */
  isAboutOptions?: true;
}

const TABLE = {
  registered: { rank: 5, label: "Registered", predicate: "is being tracked", emoji: "📝", tone: "neutral" },
  waiting: { rank: 5, label: "Waiting", predicate: "is waiting to run", emoji: "⏳", tone: "neutral" },
  running: {
    news: "started",
    canWait: true,
    rank: 5,
    label: "Running",
    predicate: "is running",
    emoji: "▶️",
    tone: "neutral",
  },
  success: {
    news: "succeeded",
    canWait: true,
    rank: 5,
    label: "Finished",
    predicate: "finished",
    ending: "result",
    emoji: "✅",
    tone: "good",
  },
  failed: {
    news: "failed",
    passesSilence: true,
    mention: "failed",
    rank: 0,
    label: "Failed",
    predicate: "failed",
    ending: "result",
    emoji: "❌",
    tone: "bad",
  },
  "sub-job": {
    news: "progress",
    canWait: true,
    rank: 5,
    label: "Progress",
    countLabel: "in progress",
    predicate: "made progress",
    ending: "reason",
    emoji: "🔄",
    tone: "neutral",
  },
  late: {
    news: "late",
    mention: "late",
    rank: 4,
    shownAs: "late",
    label: "Late",
    predicate: "is late",
    ending: "open for",
    emoji: "⏰",
    tone: "warning",
    advice:
      "Check in the cloud's console whether the operation still makes progress. If it does, nothing needs to be done: you are notified when it ends.",
  },
  reminder: {
    news: "late",
    mention: "late",
    rank: 4,
    shownAs: "late",
    label: "Reminder",
    countLabel: "still late",
    predicate: "is still late",
    ending: "open for",
    emoji: "⏰",
    tone: "warning",
    advice:
      "Check the operation in the cloud's console. If it hangs, open a support ticket with the id of the job. To get no more reminders, silence the job or stop tracking it.",
  },
  "unknown-status": {
    news: "operators",
    passesSilence: true,
    rank: 5,
    label: "Unknown status",
    countLabel: "with an unknown status",
    predicate: "has an unknown status",
    ending: "quoted reason",
    emoji: "⚠️",
    tone: "warning",
    advice: "Report the status to the maintainers of sfs-jobwatch. The job is still tracked; its team was not notified.",
  },
  unreachable: {
    news: "unreachable",
    rank: 4,
    label: "Unreachable",
    predicate: "cannot be checked",
    ending: "reason",
    emoji: "🔌",
    tone: "warning",
    advice:
      "Check the operation in the cloud's console: other jobs can be checked, but not this one. You are notified when it can be checked again.",
  },
  recovered: {
    news: "unreachable",
    rank: 5,
    label: "Recovered",
    predicate: "can be checked again",
    ending: "plain reason",
    emoji: "🔁",
    tone: "good",
  },
  lost: {
    news: "lost",
    passesSilence: true,
    mention: "lost",
    rank: 1,
    label: "Lost",
    predicate: "is lost",
    ending: "unknown to the cloud",
    emoji: "❓",
    tone: "bad",
    advice:
      "Check the result in the cloud's console: the operation may have succeeded. To keep tracking it, register the job again.",
  },
  stopped: {
    news: "always",
    needsReason: true,
    passesSilence: true,
    rank: 2,
    label: "Stopped",
    predicate: "is no longer tracked",
    ending: "reason",
    emoji: "⏹️",
    tone: "warning",
    advice: "To keep tracking it, register the job again.",
  },
  changed: {
    isAboutOptions: true,
    rank: 5,
    label: "Options changed",
    countLabel: "changed",
    predicate: "has changed options",
    ending: "reason",
    emoji: "📝",
    tone: "neutral",
  },
} as const satisfies Record<JobState, TransitionRow> & Record<string, TransitionRow>;

type TransitionName = keyof typeof TABLE;
export type TransitionKind = "status" | Exclude<TransitionName, CloudState>;

/** A transition of kind `status` has the name of its state, any other transition the name of its kind. */
export const TRANSITIONS: Record<TransitionName, TransitionRow> = TABLE;

/** In the order of the table. */
export const TRANSITION_KINDS = [...new Set(Object.keys(TABLE).map(kindOf))];

function kindOf(name: string): TransitionKind {
  return (CLOUD_STATES as readonly string[]).includes(name) ? "status" : (name as TransitionKind);
}

/** A kind without a row was written by a newer version and read by this one during a deployment. */
export function transitionRow({ kind, state }: { kind: TransitionKind; state: JobState }): TransitionRow {
  const row: TransitionRow | undefined = TRANSITIONS[kind === "status" ? state : kind];
  return row ?? { rank: 5, label: kind, predicate: `is now: ${kind}`, ending: "reason", emoji: "ℹ️", tone: "neutral" };
}
