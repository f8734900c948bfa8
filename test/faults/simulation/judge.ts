import { NEVER_LATE_BEFORE_MS } from "../../../lib/domain/job/rules.ts";
import type { NotifyOn } from "../../../lib/domain/job/transitions.ts";
import { DEFAULT_NOTIFY_ON } from "../../../lib/domain/job/transitions.ts";
import { DIGEST_CHANNEL } from "./digests.ts";
import { type JobPlan, NEVER, type Plan } from "./plan.ts";
import { crowdsOf, ENDS, keyOf, type Output, repeatsOf } from "./repeats.ts";
import type { Poll } from "./simulation.ts";
import type { Delivered, Post } from "./sink.ts";

/** What the cloud, the clients and the channels know, without anything that the program stored. */
export interface Evidence {
  plan: Plan;
  posts: Post[];
  polls: Poll[];
  /** Channels per job that a client was promised, or that a request has written to the table. */
  promised: Map<string, Set<string>>;
  /** When the first write of each job took effect. The request may have been paused before it. */
  trackedSince: Map<string, number>;
}

export interface Verdict {
  lost: string[];
  wrong: string[];
  disordered: string[];
  /** Repeats that are not explained by a crash, a pause or an unknown response. */
  uncovered: string[];
  covered: number;
  /** Ticks of a segment that ran at the same time. */
  crowded: string[];
}

const NEWS: Record<string, NotifyOn> = {
  running: "started",
  success: "succeeded",
  failed: "failed",
  late: "late",
  reminder: "late",
  lost: "lost",
};
/** What a suspended channel must not keep to itself. */
const COPIED = new Set(["failed", "lost"]);
/** With a smaller budget a job may start and be late again between two polls. */
const MIN_POLLS_PER_SECOND = 0.05;
/** The longest time until everything in the final period was certainly polled. */
const DELIVERED_AFTER_MS = 5 * 60_000;
/** By then a tick has polled a due job. */
const POLLED_MS = 2 * 60_000;

export function judge({ plan, posts, polls, promised, trackedSince }: Evidence): Verdict {
  const delivered = posts.flatMap((post) => post.notifications.map((notification) => ({ post, notification })));
  const groups = Map.groupBy(delivered, ({ post, notification }) => groupName(post.channel, notification));
  const repeats = [...groups].flatMap(([name, output]) => repeatsOf(name, output, promised));
  return {
    lost: plan.jobs.flatMap((job) =>
      lostOf(job, expectedOf(plan, job, trackedSince.get(job.jobId)), promised.get(job.jobId) ?? new Set(), groups, plan),
    ),
    wrong: delivered.flatMap(({ post, notification }) => wrongOf(plan, post, notification)),
    disordered: [...groups].flatMap(([name, output]) => disorderOf(name, output)),
    uncovered: repeats.flatMap(({ what, isCovered }) => (isCovered ? [] : [what])),
    covered: repeats.filter(({ isCovered }) => isCovered).length,
    crowded: crowdsOf(plan, polls),
  };
}

/** A digest repeats what was delivered at once, and a copy what a suspended channel keeps, so each has its own order and repeats. */
function groupName(channel: string, { stored, inDigest, keptBy }: Pick<Delivered, "stored" | "inDigest" | "keptBy">): string {
  const copies = keptBy === undefined ? "" : `'s copies for ${keptBy}`;
  return `${channel}${inDigest ? "'s digest" : ""}${copies}: ${stored}`;
}

function lostOf(job: JobPlan, words: string[], channels: Set<string>, groups: Map<string, Output[]>, plan: Plan): string[] {
  return [...channels].flatMap((channel) => {
    const single = { name: groupName(channel, { stored: job.jobId }), words: words.filter((word) => wants(job, word)) };
    const digest = {
      name: groupName(channel, { stored: job.jobId, inDigest: true }),
      words: words.filter((word) => hasDigest(plan, channel) && ENDS.has(word)),
    };
    return [single, digest].flatMap((wanted) =>
      wanted.words
        .filter((word) => !groups.get(wanted.name)?.some(({ notification }) => notification.word === word))
        .map((word) => `${wanted.name} ${word} was never delivered`),
    );
  });
}

function hasDigest({ digestMinutes }: Plan, channel: string): boolean {
  return digestMinutes !== undefined && channel === DIGEST_CHANNEL;
}

/** Returns the transitions of a tracked job that must have been delivered at the end. */
function expectedOf({ quietFrom, pollsPerSecond, segments }: Plan, job: JobPlan, trackedSince = NEVER): string[] {
  const { script, stopAt, expectedMinutes, requests } = job;
  if (stopAt !== undefined) return [];
  if (script.knownAt === NEVER) return ["lost"];
  const runsInTheQuiet =
    script.runningAt >= quietFrom && script.endAt >= script.runningAt + DELIVERED_AFTER_MS && requests.length === 1;
  const started = runsInTheQuiet ? ["running"] : [];
  const lateAt = Math.max(script.knownAt + (expectedMinutes ?? NEVER) * 60_000, trackedSince + NEVER_LATE_BEFORE_MS);
  const isLate = runsInTheQuiet && script.endAt >= lateAt + POLLED_MS && pollsPerSecond >= MIN_POLLS_PER_SECOND * segments;
  return [...started, ...(isLate ? ["late"] : []), script.end];
}

function wrongOf(plan: Plan, { at, channel }: Post, { stored, word, inDigest, keptBy }: Delivered): string[] {
  const job = plan.jobs.find(({ jobId }) => jobId === stored);
  if (!job) return [];
  if (keptBy !== undefined && (channel !== plan.opsChannel || keptBy === channel || !COPIED.has(word)))
    return [`a copy of ${stored} ${word} for ${keptBy} was delivered to ${channel}`];
  const isWanted = inDigest ? hasDigest(plan, channel) && ENDS.has(word) : wants(job, word);
  const isTrue = isWanted && wasSoBy(job, word, plan.rates.ahead > 0 && (word === "late" || word === "reminder") ? NEVER : at);
  return isTrue ? [] : [`${stored} ${word} was delivered to ${channel} at ${at}`];
}

function wants({ notifyOn = [...DEFAULT_NOTIFY_ON] }: JobPlan, word: string): boolean {
  const news = NEWS[word];
  return news !== undefined && notifyOn.includes(news);
}

function wasSoBy({ script, expectedMinutes }: JobPlan, word: string, at: number): boolean {
  switch (word) {
    case "running":
      return script.runningAt <= at;
    case "lost":
      return script.knownAt === NEVER;
    case "late":
    case "reminder":
      return at >= script.knownAt + (expectedMinutes ?? 60) * 60_000;
    default:
      return word === script.end && script.endAt <= at;
  }
}

/** First deliveries of a record to a channel must be in the order of its transitions. */
function disorderOf(name: string, output: Output[]): string[] {
  const first = [...new Map(output.toReversed().map((one) => [keyOf(one.notification), one])).values()].reverse();
  return first.flatMap(({ notification }, index) => {
    const before = first[index - 1]?.notification;
    return before && before.place > notification.place
      ? [`${name} ${notification.word} was delivered after ${before.word}`]
      : [];
  });
}
