import type { OutgoingNotification } from "../../../lib/domain/notification.ts";
import type { Process } from "./processes.ts";
import type { SlackFate } from "./random-faults.ts";

/** One notification as a person reads it in a channel. */
export interface Delivered {
  /** A job's id, or the topic of a notice to operators. */
  stored: string;
  /** `running`, `success`, `failed`, `lost`, `late` ... */
  word: string;
  /** The position of its transition among those of its record, as far as the message shows it. */
  place: number;
  /** In the channel's digest. */
  inDigest?: true;
  /** A copy for the operators of what this suspended channel keeps. */
  keptBy?: string;
}

export interface Post {
  at: number;
  channel: string;
  messageId: string;
  notifications: Delivered[];
  sender: Process;
  answer: SlackFate["answer"];
  /** Only some of a message's notifications were accepted. The next write of its sender to the channel contains which. */
  isPart?: boolean;
  /** When the sender's next write to the channel's item took effect. A later crash of the sender causes no repeat. */
  confirmedAt?: number;
  /** Jobs that its sender wrote before that confirmation. */
  wroteFirst: Set<string>;
}

/** The messages in the channels: the only evidence of what was delivered. */
export interface Sink {
  posts: Post[];
  /** Channels that rejected a message permanently, until somebody acts. */
  broken: Set<string>;
  receive(post: Post, posted: boolean): void;
  /** A write to a channel's item took effect. `isUndelivered`: the item still has a message that is not fully delivered. */
  channelWritten(sender: Process, channel: string, at: number, isUndelivered: boolean): void;
  wroteJob(sender: Process, jobId: string, at: number): void;
}

export function createSink(): Sink {
  const posts: Post[] = [];
  const broken = new Set<string>();
  return {
    posts,
    broken,
    receive(post, posted) {
      if (posted && post.notifications.length > 0) posts.push(post);
      if (post.answer === "dead" || post.answer === "refused") broken.add(post.channel);
    },
    channelWritten(sender, channel, at, isUndelivered) {
      for (const post of posts) {
        if (isUndelivered && !post.isPart) continue;
        if (post.sender === sender && post.channel === channel && post.at < at) post.confirmedAt ??= at;
      }
    },
    wroteJob(sender, jobId, at) {
      for (const post of posts) {
        if (post.sender === sender && post.at < at && post.confirmedAt === undefined) post.wroteFirst.add(jobId);
      }
    },
  };
}

/** `inDigest`: whether the message is a digest. */
export function deliveredBy(notification: OutgoingNotification, inDigest: boolean): Delivered {
  const { transition, notificationId } = notification;
  if (notificationId.startsWith("digest-") !== inDigest) throw new Error("a message is a digest only in part");
  const word = "state" in transition && transition.kind === "status" ? transition.state : transition.kind;
  const keptBy = notification.kind === "job" ? notification.keptBy : undefined;
  return { stored: titleOf(notification), word, place: transition.n, ...(inDigest && { inDigest }), ...(keptBy && { keptBy }) };
}

export function namesOf(notifications: Delivered[]): string {
  return notifications.map(({ stored, word, inDigest }) => `${stored} ${word}${inDigest ? " (digest)" : ""}`).join(", ");
}

export function titleOf(notification: OutgoingNotification): string {
  if (notification.kind === "job") return notification.job.jobId;
  if (notification.kind === "service") return "service";
  if (notification.kind === "watches") return `watches ${notification.team}`;
  return `${notification.kind} ${notification.kind === "reachability" ? notification.projectId : notification.channel}`;
}
