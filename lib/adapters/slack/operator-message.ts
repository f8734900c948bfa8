import type { OperatorTransition } from "../../domain/health/operator-notice.ts";
import { listRightOf, pluralOf, serviceName } from "../../domain/job/sources.ts";
import type { OutgoingNotification } from "../../domain/notification.ts";
import { duration } from "../../domain/time-words.ts";
import { type Color, type Content, type Field, fieldsSection, section } from "./blocks.ts";
import type { TextLimits } from "./job-words.ts";
import { type Advice, suspendedAdvice, UNKNOWN_CAUSE, unreachableCauses } from "./operator-advice.ts";
import { mrkdwn } from "./text.ts";
import { date, period } from "./times.ts";

export type OperatorNotification = Exclude<OutgoingNotification, { kind: "job" }>;

const LIMITS = { name: 80, reason: 600 };

/** The fixed part of a notice. */
interface NoticeRow {
  headline: string;
  emoji: string;
  color: Color;
  words(notice: Notice): Words;
}

interface Words {
  /** What happened. */
  sentence: string;
  /** What to do. */
  advice?: string;
}

/** What the words of a notice are made of. Texts are escaped. */
interface Notice {
  notification: OperatorNotification;
  /** The service, channel or poller that the notice is about. */
  about: string;
  description: string;
  /** How long the condition lasted, after a word: " for 5 min". Empty if the beginning is unknown. */
  lasted(word: string): string;
}

interface OperatorNews extends Omit<NoticeRow, "words">, Words {}

const NOTICES: Record<Exclude<OperatorTransition["kind"], "digest">, NoticeRow> = {
  unreachable: {
    ...{ headline: "Unreachable", emoji: "🔌", color: "danger" },
    words: ({ notification, about, description }) => {
      const { means, do: advice } = unreachableAdvice(notification);
      return { sentence: `${about} cannot be polled: ${means} (${description})`, advice };
    },
  },
  "still-unreachable": {
    ...{ headline: "Still unreachable", emoji: "🔌", color: "danger" },
    words: ({ notification, about, description, lasted }) => {
      const { means, do: advice } = unreachableAdvice(notification);
      return { sentence: `${about} could not be polled${lasted(" for ")}: ${means} (${description})`, advice };
    },
  },
  recovered: {
    ...{ headline: "Recovered", emoji: "🔁", color: "good" },
    words: ({ about, description, lasted }) => ({
      sentence: `${about} can be polled again${lasted(" after ")}; ${description}`,
    }),
  },
  suspended: {
    ...{ headline: "Suspended", emoji: "⛔", color: "danger" },
    words: ({ notification, about, description }) => {
      const { means, do: advice } = suspendedAdvice(notification.transition.reason);
      return { sentence: `${about} is suspended: ${means} (${description})`, advice: `${advice} ${keeps(notification)}` };
    },
  },
  resumed: {
    ...{ headline: "Resumed", emoji: "▶️", color: "good" },
    words: ({ notification, about, description, lasted }) => {
      const { means } = suspendedAdvice(notification.transition.reason);
      return {
        sentence: `${about} is active again${lasted(" after ")}. It was suspended because ${means} (${description})`,
        advice: "Its pending notifications are being sent now.",
      };
    },
  },
  expired: {
    ...{ headline: "Expired", emoji: "🗑️", color: "danger" },
    words: ({ about, description }) => ({
      sentence: `${about} was suspended for 14 days, so its notifications expired (${description})`,
      advice:
        "Fix the channel, then send them again with POST /jobs/{jobId}/redeliver. Or choose another channel for its jobs.",
    }),
  },
  "refused-text": {
    ...{ headline: "Text rejected", emoji: "⚠️", color: "warning" },
    words: ({ about, description }) => ({
      sentence: `${about} rejected the text of a notification: ${description}`,
      advice: "A short fixed text was sent instead. GET /jobs/{jobId} shows the details. Other notifications were delivered.",
    }),
  },
  rejected: {
    ...{ headline: "Rejected", emoji: "🗑️", color: "danger" },
    words: ({ about, description }) => ({
      sentence: `${about} rejected notifications that have now expired: ${description}`,
      advice: "The receiver accepts others. Fix it, then send these again with POST /jobs/{jobId}/redeliver.",
    }),
  },
  "refused-layout": {
    ...{ headline: "Layout rejected", emoji: "⚠️", color: "warning" },
    words: ({ about, description }) => ({
      sentence: `${about} rejected the layout of a message: ${description}`,
      advice: "The message is sent again as plain text, so nothing is lost. This is a bug in sfs-jobwatch: please report it.",
    }),
  },
  downtime: {
    ...{ headline: "Was down", emoji: "⏸️", color: "warning" },
    words: ({ notification: { transition }, about, description }) => {
      const { since, at } = transition;
      return {
        sentence: `${about} was down${since === undefined ? "" : ` ${period(since, at)}`}; ${description}`,
        advice: "Nothing is lost: all jobs were polled again. The poller's log shows why it stopped.",
      };
    },
  },
  "watch-unreachable": {
    ...{ headline: "Watch cannot see its project", emoji: "🔌", color: "warning" },
    words: ({ notification: { transition }, about, description, lasted }) => {
      const listedAt = transition.watch?.listedAt;
      const last = listedAt === undefined ? "It has never been listed." : `It was last listed ${date(listedAt)}.`;
      return {
        sentence: `${about} has found nothing${lasted(" for ")}: ${description}`,
        advice: `${last} New operations are not reported meanwhile; jobs that are tracked already are. ${watchAdvice(transition)}`,
      };
    },
  },
  "watch-recovered": {
    ...{ headline: "Watch sees its project again", emoji: "🔁", color: "good" },
    words: ({ about, lasted }) => ({
      sentence: `${about} works again${lasted(" after ")}`,
      advice: "Operations that changed in that time are being reported now.",
    }),
  },
};

/** The reason begins with the cause, as in `unreachableAdvice`. */
function watchAdvice({ reason, watch }: OperatorTransition): string {
  const [cause = ""] = reason.split(":", 1);
  const right = watch && listRightOf(watch.source);
  if (cause === "not-permitted" && right !== undefined) return `Grant the right \`${right}\` to the user of sfs-jobwatch.`;
  if (cause === "incomplete") return "If the resources were really deleted, nothing needs to be done: each one is checked.";
  return "Its operators know the cause.";
}

/** A notice to the operators: one sentence on what happened, and what to do. */
export function operatorMessage(notification: OperatorNotification): Content {
  const { headline, emoji, color, sentence, advice } = operatorNews(notification, LIMITS);
  const fields = fieldsOf(notification);
  return {
    text: sentence,
    color,
    blocks: [section([`*${headline}* ${emoji}`, ...(advice ? [advice] : [])].join("\n")), fieldsSection(fields)],
    lines: [...(advice ? [advice] : []), ...fields.map(({ label, value }) => `${label}: ${value}`)],
    footer: [],
  };
}

export function operatorNews(notification: OperatorNotification, limits: Pick<TextLimits, "name" | "reason">): OperatorNews {
  const { kind, reason, since, at } = notification.transition;
  const { words, ...row } = rowOf(kind);
  return {
    ...row,
    ...words({
      notification,
      about: titleOf(notification, limits.name),
      description: mrkdwn(reason, limits.reason),
      lasted: (word) => (since === undefined ? "" : `${word}${duration(at - since)}`),
    }),
  };
}

/** A notice of a newer version is delivered by this one during a deployment. */
function rowOf(kind: OperatorTransition["kind"]): NoticeRow {
  const headline = mrkdwn(kind, 60);
  const words = ({ about, description }: Notice) => ({ sentence: `${about}: ${headline}: ${description}` });
  return kind !== "digest" && Object.hasOwn(NOTICES, kind) ? NOTICES[kind] : { headline, emoji: "ℹ️", color: "#808080", words };
}

/** The reason begins with the cause: `credentials: 401 after a fresh token`. */
function unreachableAdvice(notification: OperatorNotification): Advice {
  const cause = notification.transition.reason.split(":", 1)[0] ?? "";
  const service = notification.kind === "reachability" ? notification.service : "sfs-turbo";
  return Object.entries(unreachableCauses(service)).find(([name]) => name === cause)?.[1] ?? UNKNOWN_CAUSE;
}

function keeps(notification: OperatorNotification): string {
  const route = notification.kind === "channel" ? ` (POST /channels/${mrkdwn(notification.channel, 80)}/test)` : "";
  return `Failed, lost and stopped jobs of this channel also appear here. Its notifications are kept for 14 days. They are sent after a successful test message${route} or a new URL.`;
}

function titleOf(notification: OperatorNotification, limit: number): string {
  if (notification.kind === "service") return "sfs-jobwatch";
  if (notification.kind === "channel") return `Channel "${mrkdwn(notification.channel, limit)}"`;
  if (notification.kind === "watches") return watchTitle(notification.transition.watch, limit);
  return `${mrkdwn(serviceName(notification.service), limit)} jobs in project ${mrkdwn(notification.projectId, limit)}`;
}

function watchTitle(watch: OperatorTransition["watch"], limit: number): string {
  return watch ? `The watch of ${pluralOf(watch.source)} in project ${mrkdwn(watch.projectId, limit)}` : "A watch";
}

function fieldsOf({ transition: { since, at, requestId } }: OperatorNotification): Field[] {
  return [
    ...(since === undefined ? [] : [{ label: "Since", value: date(since) }]),
    { label: "Detected", value: date(at) },
    ...(requestId === undefined ? [] : [{ label: "Request id for cloud support", value: mrkdwn(requestId, 80) }]),
  ];
}
