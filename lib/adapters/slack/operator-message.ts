import { serviceName } from "../../domain/job/sources.ts";
import type { OutgoingNotification } from "../../domain/notification.ts";
import { duration } from "../../domain/time-words.ts";
import { type Color, type Content, type Field, fieldsSection, section } from "./blocks.ts";
import type { TextLimits } from "./job-words.ts";
import { type Advice, suspendedAdvice, UNKNOWN_CAUSE, unreachableCauses } from "./operator-advice.ts";
import { mrkdwn } from "./text.ts";
import { date, period } from "./times.ts";

export type OperatorNotification = Exclude<OutgoingNotification, { kind: "job" }>;

const LIMITS = { name: 80, reason: 600 };

interface OperatorNews {
  headline: string;
  emoji: string;
  color: Color;
  /** What happened. */
  sentence: string;
  /** What to do. */
  advice?: string;
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
    ids: [],
  };
}

export function operatorNews(notification: OperatorNotification, limits: Pick<TextLimits, "name" | "reason">): OperatorNews {
  const { kind, reason, since, at } = notification.transition;
  const about = titleOf(notification, limits.name);
  const description = mrkdwn(reason, limits.reason);
  switch (kind) {
    case "unreachable": {
      const { means, do: advice } = unreachableAdvice(notification);
      const sentence = `${about} cannot be polled: ${means} (${description})`;
      return { headline: "Unreachable", emoji: "🔌", color: "danger", sentence, advice };
    }
    case "still-unreachable": {
      const { means, do: advice } = unreachableAdvice(notification);
      const time = since === undefined ? "" : ` for ${duration(at - since)}`;
      const sentence = `${about} could not be polled${time}: ${means} (${description})`;
      return { headline: "Still unreachable", emoji: "🔌", color: "danger", sentence, advice };
    }
    case "recovered": {
      const time = since === undefined ? "" : ` after ${duration(at - since)}`;
      return {
        headline: "Recovered",
        emoji: "🔁",
        color: "good",
        sentence: `${about} can be polled again${time}; ${description}`,
      };
    }
    case "suspended": {
      const { means, do: advice } = suspendedAdvice(reason);
      const sentence = `${about} is suspended: ${means} (${description})`;
      return { headline: "Suspended", emoji: "⛔", color: "danger", sentence, advice: `${advice} ${keeps(notification)}` };
    }
    case "resumed": {
      const time = since === undefined ? "" : ` after ${duration(at - since)}`;
      const sentence = `${about} is active again${time}. It was suspended because ${suspendedAdvice(reason).means} (${description})`;
      return {
        headline: "Resumed",
        emoji: "▶️",
        color: "good",
        sentence,
        advice: "Its pending notifications are being sent now.",
      };
    }
    case "expired": {
      const sentence = `${about} was suspended for 14 days, so its notifications expired (${description})`;
      const advice =
        "Fix the channel, then send them again with POST /jobs/{jobId}/redeliver. Or choose another channel for its jobs.";
      return { headline: "Expired", emoji: "🗑️", color: "danger", sentence, advice };
    }
    case "refused-text": {
      const sentence = `${about} rejected the text of a notification: ${description}`;
      const advice =
        "A short fixed text was sent instead. GET /jobs/{jobId} shows the details. Other notifications were delivered.";
      return { headline: "Text rejected", emoji: "⚠️", color: "warning", sentence, advice };
    }
    case "rejected": {
      const sentence = `${about} rejected notifications that have now expired: ${description}`;
      const advice = "The receiver accepts others. Fix it, then send these again with POST /jobs/{jobId}/redeliver.";
      return { headline: "Rejected", emoji: "🗑️", color: "danger", sentence, advice };
    }
    case "refused-layout": {
      const sentence = `${about} rejected the layout of a message: ${description}`;
      const advice =
        "The message is sent again as plain text, so nothing is lost. This is a bug in sfs-jobwatch: please report it.";
      return { headline: "Layout rejected", emoji: "⚠️", color: "warning", sentence, advice };
    }
    case "downtime": {
      const time = since === undefined ? "" : ` ${period(since, at)}`;
      const advice = "Nothing is lost: all jobs were polled again. The poller's log shows why it stopped.";
      return {
        headline: "Was down",
        emoji: "⏸️",
        color: "warning",
        sentence: `${about} was down${time}; ${description}`,
        advice,
      };
    }
    default: {
      // Written by a newer version, delivered by this one during a deployment.
      const headline = mrkdwn(kind satisfies never, 60);
      return { headline, emoji: "ℹ️", color: "#808080", sentence: `${about}: ${headline}: ${description}` };
    }
  }
}

/** The reason begins with the cause: `credentials: 401 after a fresh token`. */
function unreachableAdvice(notification: OperatorNotification): Advice {
  const cause = notification.transition.reason.split(":", 1)[0] ?? "";
  const service = notification.kind === "reachability" ? notification.service : "sfs-turbo";
  return Object.entries(unreachableCauses(service)).find(([name]) => name === cause)?.[1] ?? UNKNOWN_CAUSE;
}

function keeps(notification: OperatorNotification): string {
  const route = notification.kind === "channel" ? ` (POST /channels/${mrkdwn(notification.channel, 80)}/test)` : "";
  return `Notifications for this channel are kept for 14 days. They are sent after a successful test message${route} or a new URL.`;
}

function titleOf(notification: OperatorNotification, limit: number): string {
  if (notification.kind === "service") return "sfs-jobwatch";
  if (notification.kind === "channel") return `Channel "${mrkdwn(notification.channel, limit)}"`;
  return `${mrkdwn(serviceName(notification.service), limit)} jobs in project ${mrkdwn(notification.projectId, limit)}`;
}

function fieldsOf({ transition: { since, at, requestId } }: OperatorNotification): Field[] {
  return [
    ...(since === undefined ? [] : [{ label: "Since", value: date(since) }]),
    { label: "Detected", value: date(at) },
    ...(requestId === undefined ? [] : [{ label: "Request id for cloud support", value: mrkdwn(requestId, 80) }]),
  ];
}
