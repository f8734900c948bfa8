import type { OutgoingNotification } from "../../../lib/ports.ts";
import type { Process } from "./processes.ts";
import type { SlackFate } from "./weather.ts";

/** One notification as it can be read in a channel. */
export interface Delivered {
  /** A job's id, or what operators are told about. */
  stored: string;
  /** `running`, `success`, `failed`, `lost`, `late` ... */
  word: string;
  /** The place of its transition among those of its subject, as far as the message gives it away. */
  place: number;
  /** In the channel's digest. */
  inDigest?: true;
}

export interface Post {
  at: number;
  channel: string;
  messageId: string;
  notifications: Delivered[];
  sender: Process;
  answer: SlackFate["answer"];
  /** Only some of a message were taken: whatever its sender writes to the channel next says which. */
  isPart?: boolean;
  /** When its sender's next write to the channel's item took effect: what becomes of the sender later repeats nothing. */
  confirmedAt?: number;
  /** Jobs that its sender wrote before that mark. */
  wroteFirst: Set<string>;
}

/** What stands in the channels: the only witness of what was told. */
export interface Sink {
  posts: Post[];
  /** Channels that did not take a message for good, until somebody acts. */
  broken: Set<string>;
  receive(post: Post, posted: boolean): void;
  /** A write to a channel's item took effect; `isUndelivered`: it leaves a message there that is not told as a whole. */
  marked(sender: Process, channel: string, at: number, isUndelivered: boolean): void;
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
    marked(sender, channel, at, isUndelivered) {
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

/** `inDigest`: whether the whole message is a digest. */
export function deliveredBy(notification: OutgoingNotification, inDigest: boolean): Delivered {
  const { transition, notificationId } = notification;
  if (notificationId.startsWith("digest-") !== inDigest) throw new Error("a message is half a digest");
  const word = "state" in transition && transition.kind === "status" ? transition.state : transition.kind;
  return { stored: titleOf(notification), word, place: transition.n, ...(inDigest && { inDigest }) };
}

export function namesOf(notifications: Delivered[]): string {
  return notifications.map(({ stored, word, inDigest }) => `${stored} ${word}${inDigest ? " (digest)" : ""}`).join(", ");
}

export function titleOf(notification: OutgoingNotification): string {
  if (notification.kind === "job") return notification.job.jobId;
  if (notification.kind === "service") return "service";
  return `${notification.kind} ${notification.kind === "reachability" ? notification.projectId : notification.channel}`;
}
