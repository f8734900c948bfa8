import type { OutgoingNotification } from "../../domain/notification.ts";
import { type Content, packed, section } from "./blocks.ts";
import { sentenceOf } from "./job-news.ts";
import { countsOf, inOrder, lastOfJobs, lineFor, styleOf, WIDE_LIMITS } from "./lines.ts";

export interface RollUpSetting {
  /** Whom to mention, in Slack's syntax. */
  mention?: string;
  /** How many of the notifications waited for the end of quiet hours. */
  held?: number;
}

/** Several notifications in one message, failures first. */
export function rollUp(
  notifications: OutgoingNotification[],
  plain: boolean,
  { mention, held = 0 }: RollUpSetting = {},
): Content {
  const groups = inOrder(notifications);
  const text = withHeld(headOf(groups), held, notifications.length);
  const lines = groups.flat().map((notification) => lineFor(notification, styleOf(plain, notifications.length)));
  if (plain) return { text, blocks: [], lines, ids: [] };
  return { text, blocks: [section(`*${text}*${mention ? ` ${mention}` : ""}`), ...packed(lines)], lines: [], ids: [] };
}

/** "During quiet hours, 12 jobs finished"; if only some were held, their number at the end. */
function withHeld(head: string, held: number, notifications: number): string {
  if (held === 0) return head;
  return held === notifications ? `During quiet hours, ${head}` : `${head} (${held} held during quiet hours)`;
}

/** "12 jobs: 3 failed, 8 finished, 1 lost, and 2 notices to operators"; "8 jobs finished" if all are alike. */
function headOf(groups: OutgoingNotification[][]): string {
  const jobs = lastOfJobs(groups);
  if (groups.length === 1 && jobs[0]) return sentenceOf(jobs[0].job, jobs[0].transition, WIDE_LIMITS);
  const counts = jobs.length === 0 ? [] : [countWords(jobs.length, countsOf(groups))];
  const notices = groups.flat().filter(({ kind }) => kind !== "job").length;
  return [...counts, ...(notices === 0 ? [] : [plural(notices, "notice to operators", "notices to operators")])].join(", and ");
}

function countWords(jobs: number, counts: string): string {
  return counts.includes(",") ? `${plural(jobs, "job")}: ${counts}` : counts.replace(/^\d+/, plural(jobs, "job"));
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
