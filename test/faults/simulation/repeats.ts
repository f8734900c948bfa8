import { CLOCK_DIFFERENCE_MS } from "../../../lib/domain/stored-times.ts";
import type { Plan } from "./plan.ts";
import type { Process } from "./processes.ts";
import { type Poll, START } from "./simulation.ts";
import type { Delivered, Post } from "./sink.ts";

/** One notification in one post. */
export interface Output {
  post: Post;
  notification: Delivered;
}

const LAST_TRY_MS = 2_000;
export const ENDS = new Set(["success", "failed", "lost"]);

/** Returns the repeats, and whether a crash, a pause or an unknown response explains each. */
export function repeatsOf(
  name: string,
  output: Output[],
  channels: Map<string, Set<string>>,
): { what: string; isCovered: boolean }[] {
  return [...Map.groupBy(output, ({ notification }) => keyOf(notification))].flatMap(([key, same]) =>
    same.slice(1).map(({ post }, index) => ({
      what: `${name} ${key} was delivered again at ${post.at}`,
      isCovered:
        post.sender.outlived ||
        same.slice(0, index + 1).some((earlier) => isUncertain(earlier, channels) || isBeyondLeases(earlier.post, post)),
    })),
  );
}

/** It is unknown whether such a post reached its channel. */
function isUncertain({ post, notification }: Output, channels: Map<string, Set<string>>): boolean {
  const { answer, confirmedAt, sender, wroteFirst } = post;
  if (answer !== "ok") return true;
  if (sender.outlived) return confirmedAt === undefined;
  // For a job with one channel and a delivered end, only the confirmation is left to write, so the message comes first.
  const isLast = ENDS.has(notification.word) && channels.get(notification.stored)?.size === 1;
  if (isLast && wroteFirst.has(notification.stored)) return false;
  return confirmedAt === undefined && wasCutShort(sender);
}

/** To a machine whose clock is far ahead all leases have expired, and its own are invalid to others. Both may send at once. */
function isBeyondLeases({ sender, confirmedAt = Number.POSITIVE_INFINITY }: Post, { sender: other }: Post): boolean {
  return (isAhead(sender) || isAhead(other)) && confirmedAt > other.startedAt - START;
}

function isAhead({ skewMs }: Process): boolean {
  return skewMs > CLOCK_DIFFERENCE_MS;
}

/** It was killed, or tried to store what it had sent until its time was over. */
function wasCutShort({ gone, endsAt }: Process): boolean {
  if (gone === undefined) return false;
  return gone.how === "killed" || gone.how === "timed out" || gone.at > endsAt - LAST_TRY_MS;
}

/**
 * Ticks of one segment never run at the same time unless one dies or outlives its lease. A tick that is delivered twice has one lease. A
 * tick whose clock is far ahead takes another tick's lease, and its own counts as expired.
 */
export function crowdsOf({ ticks }: Plan, polls: Poll[]): string[] {
  const bySegment = Map.groupBy(polls, ({ asker }) => asker.segment);
  return [...bySegment].flatMap(([segment, all]) => {
    if (segment === undefined) return [];
    const byAsker = [...Map.groupBy(all, ({ asker }) => asker)];
    const isTwin = ({ name }: Process) => ticks.filter(({ id }) => id === name).length > 1;
    const turns = byAsker.filter(([asker]) => !asker.outlived && !isAhead(asker) && !wasCutShort(asker) && !isTwin(asker));
    const ahead = byAsker.flatMap(([asker]) => (isAhead(asker) ? [asker.startedAt] : []));
    return turns.flatMap(([asker, [first]], index) => {
      const [other, before = []] = turns[index - 1] ?? [];
      const wasTaken = other && ahead.some((at) => at >= other.startedAt && at <= asker.startedAt);
      const meets = other && !wasTaken && (first?.at ?? 0) < (before.at(-1)?.at ?? 0);
      return meets ? [`${asker.name} and ${other.name} ran at the same time in segment ${segment}`] : [];
    });
  });
}

/** A job ends once, whatever the number of its transition is. */
export function keyOf({ word, place }: Delivered): string {
  return word === "success" || word === "failed" ? word : `${word} ${place}`;
}
