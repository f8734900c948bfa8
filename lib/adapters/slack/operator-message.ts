import { serviceName } from "../../domain/job/sources.ts";
import { duration } from "../../domain/time-words.ts";
import type { OutgoingNotification } from "../../ports.ts";
import { type Color, type Content, type Field, fieldsSection, section } from "./blocks.ts";
import type { TextLimits } from "./job-words.ts";
import { type Advice, suspendedAdvice, UNKNOWN_CAUSE, unreachableCauses } from "./operator-advice.ts";
import { mrkdwn } from "./text.ts";
import { date, period } from "./times.ts";

export type OperatorNotification = Exclude<OutgoingNotification, { kind: "job" }>;

const LIMITS = { name: 80, reason: 600 };

interface OperatorNews {
  word: string;
  emoji: string;
  color: Color;
  /** What is wrong, or right again. */
  sentence: string;
  /** What to do. */
  advice?: string;
}

/** What goes on with the service itself: one sentence of what is wrong, one of what to do. */
export function operatorMessage(notification: OperatorNotification): Content {
  const { word, emoji, color, sentence, advice } = operatorNews(notification, LIMITS);
  const fields = fieldsOf(notification);
  return {
    text: sentence,
    color,
    blocks: [section([`*${word}* ${emoji}`, ...(advice ? [advice] : [])].join("\n")), fieldsSection(fields)],
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
      return { word: "Unreachable", emoji: "🔌", color: "danger", sentence, advice };
    }
    case "still-unreachable": {
      const { means, do: advice } = unreachableAdvice(notification);
      const time = since === undefined ? "" : ` for ${duration(at - since)}`;
      const sentence = `${about} have not been polled${time}: ${means} (${description})`;
      return { word: "Still unreachable", emoji: "🔌", color: "danger", sentence, advice };
    }
    case "recovered": {
      const time = since === undefined ? "" : ` after ${duration(at - since)}`;
      return { word: "Recovered", emoji: "🔁", color: "good", sentence: `${about} can be polled again${time}: ${description}` };
    }
    case "suspended": {
      const { means, do: advice } = suspendedAdvice(reason);
      const sentence = `Nothing can be posted for ${about}: ${means} (${description})`;
      return { word: "Parked", emoji: "🅿️", color: "danger", sentence, advice: `${advice} ${keeps(notification)}` };
    }
    case "resumed": {
      const time = since === undefined ? "" : ` after ${duration(at - since)}`;
      const sentence = `Messages go out again for ${about}${time}. It was suspended because ${suspendedAdvice(reason).means} (${description})`;
      return {
        word: "Resumed",
        emoji: "▶️",
        color: "good",
        sentence,
        advice: "The notifications that waited are being sent now.",
      };
    }
    case "expired": {
      const sentence = `Kept for 14 days for ${about} and given up, ${description}`;
      const advice = `Nobody was told of them there; GET /jobs still shows them. Mend the channel, or let the jobs name another.`;
      return { word: "Given up", emoji: "🗑️", color: "danger", sentence, advice };
    }
    case "refused-text": {
      const sentence = `The destination of ${about} refused the text of a notification: ${description}`;
      const advice = "Fixed words were sent in its place, and the others were delivered. GET /jobs shows what it says.";
      return { word: "Text refused", emoji: "⚠️", color: "warning", sentence, advice };
    }
    case "rejected": {
      const sentence = `The receiver of ${about} takes other notifications but not this one. It has expired: ${description}`;
      const advice = "GET /jobs still shows it. Correct the receiver, then POST /jobs/{jobId}/redeliver sends it again.";
      return { word: "Rejected", emoji: "🗑️", color: "danger", sentence, advice };
    }
    case "refused-layout": {
      const sentence = `Slack refused the layout of a message for ${about}: ${description}`;
      const advice = "It is sent again as plain text, so nothing is lost; the layout is a fault of this service.";
      return { word: "Layout refused", emoji: "⚠️", color: "warning", sentence, advice };
    }
    case "downtime": {
      const time = since === undefined ? "" : ` ${period(since, at)}`;
      const advice = "Nothing is lost: each job was looked at again. The log of the poller says what stopped it.";
      return { word: "Was down", emoji: "⏸️", color: "warning", sentence: `${about} was down${time}: ${description}`, advice };
    }
    default: {
      // Written by a version to come, told by this one while it is being replaced.
      const word = mrkdwn(kind satisfies never, 60);
      return { word, emoji: "ℹ️", color: "#808080", sentence: `${about}: ${word}: ${description}` };
    }
  }
}

/** The cause stands before the reason: `credentials: 401 after a fresh token`. */
function unreachableAdvice(notification: OperatorNotification): Advice {
  const cause = notification.transition.reason.split(":", 1)[0] ?? "";
  const service = notification.kind === "reachability" ? notification.service : "sfs-turbo";
  return Object.entries(unreachableCauses(service)).find(([name]) => name === cause)?.[1] ?? UNKNOWN_CAUSE;
}

function keeps(notification: OperatorNotification): string {
  const route = notification.kind === "channel" ? ` (POST /channels/${mrkdwn(notification.channel, 80)}/test)` : "";
  return `Its notifications are kept for 14 days and go out after a successful test message${route} or with a new URL.`;
}

function titleOf(notification: OperatorNotification, limit: number): string {
  if (notification.kind === "service") return "sfs-jobwatch";
  if (notification.kind === "channel") return `channel "${mrkdwn(notification.channel, limit)}"`;
  return `The ${mrkdwn(serviceName(notification.service), limit)} jobs of project ${mrkdwn(notification.projectId, limit)}`;
}

function fieldsOf({ transition: { since, at, requestId } }: OperatorNotification): Field[] {
  return [
    ...(since === undefined ? [] : [{ label: "Since", value: date(since) }]),
    { label: "Noticed", value: date(at) },
    ...(requestId === undefined ? [] : [{ label: "Request id for the cloud's support", value: mrkdwn(requestId, 80) }]),
  ];
}
