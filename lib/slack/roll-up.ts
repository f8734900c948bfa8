import type { Job } from "../job/job.ts";
import { channelPk, jobPk, projectPk, servicePk } from "../job/names.ts";
import type { Telling } from "../ports.ts";
import { type Block, type Content, MOST_SECTION_CHARACTERS, section } from "./blocks.ts";
import { endedAs } from "./job-facts.ts";
import type { JobTelling } from "./job-message.ts";
import { jobNews, sentenceOf } from "./job-news.ts";
import { type Room, subjectOf } from "./job-words.ts";
import { type OperatorTelling, operatorNews } from "./operator-message.ts";
import { jobReason } from "./sub-jobs.ts";
import { mrkdwn } from "./text.ts";

export interface RollUpSetting {
  /** Whom to call, as Slack writes it. */
  mention?: string;
  /** How many of the tellings waited for the end of quiet hours. */
  held?: number;
}

interface Style {
  room: Room;
  /** Around the first word of a line. */
  star: "*" | "";
  /** Ids, advice and the reason of the whole job: what a line is short of last. */
  details: boolean;
}

const ROOMY: Room = { type: 60, name: 90, reason: 240, code: 60, step: 60 };
const TIGHT: Room = { type: 28, name: 40, reason: 28, code: 24, step: 0 };
const BLOCKS: Style = { room: ROOMY, star: "*", details: true };
const PLAIN: Style = { room: ROOMY, star: "", details: true };
/** Slack takes 40,000 characters of plain text. */
const PLAIN_MANY: Style = { room: TIGHT, star: "", details: false };
const FEW = 20;

/** Several tellings in one message, failures first. */
export function rollUp(tellings: Telling[], plain: boolean, { mention, held = 0 }: RollUpSetting = {}): Content {
  const groups = inOrder(tellings);
  const text = withHeld(headOf(groups), held, tellings.length);
  if (plain) return { text, blocks: [], lines: linesOf(groups, tellings.length > FEW ? PLAIN_MANY : PLAIN), ids: [] };
  return {
    text,
    blocks: [section(`*${text}*${mention ? ` ${mention}` : ""}`), ...packed(linesOf(groups, BLOCKS))],
    lines: [],
    ids: [],
  };
}

/** "While it was quiet, 12 jobs: 12 finished"; where only some waited for the morning, how many. */
function withHeld(head: string, held: number, tellings: number): string {
  if (held === 0) return head;
  return held === tellings ? `While it was quiet, ${head}` : `${head} (${held} held while it was quiet)`;
}

/** One group a job, project, channel or the service, in the order of its transitions. */
function inOrder(tellings: Telling[]): Telling[][] {
  const groups = Map.groupBy(tellings, subjectPk);
  return [...groups.values()]
    .map((group) => group.toSorted((one, other) => one.transition.n - other.transition.n))
    .toSorted((one, other) => rank(one) - rank(other));
}

function subjectPk(telling: Telling): string {
  if (telling.kind === "job") return jobPk(telling.job);
  if (telling.kind === "service") return servicePk();
  return telling.kind === "project" ? projectPk(telling.projectId) : channelPk(telling.channel);
}

/** What wants a person stands on top: failures, jobs out of sight, the service's own troubles, late jobs, then the rest. */
function rank(group: Telling[]): number {
  return Math.min(...group.map(rankOf));
}

function rankOf(telling: Telling): number {
  if (telling.kind !== "job") return 2;
  const { kind } = telling.transition;
  if (isFailure(telling)) return 0;
  if (kind === "lost" || kind === "stopped") return 1;
  return kind === "late" || kind === "reminder" ? 3 : 4;
}

function isFailure(telling: Telling): telling is JobTelling {
  return telling.kind === "job" && endedAs(telling.transition) === "failed";
}

/** "12 jobs: 3 failed, 8 finished, 1 lost, and 2 notices to operators": each job counted as what was last heard of it. */
function headOf(groups: Telling[][]): string {
  const jobs = groups.map((group) => group.at(-1)).filter((telling) => telling?.kind === "job");
  if (groups.length === 1 && jobs[0]) return sentenceOf(jobs[0].job, jobs[0].transition, ROOMY);
  const counts = Map.groupBy(jobs, ({ job, transition }) => jobNews(job, transition, TIGHT).counted);
  const counted = [...counts].map(([word, { length }]) => `${length} ${word}`).join(", ");
  const told = jobs.length === 0 ? [] : [`${plural(jobs.length, "job")}: ${counted}`];
  const notices = groups.flat().filter(({ kind }) => kind !== "job").length;
  return [...told, ...(notices === 0 ? [] : [plural(notices, "notice to operators", "notices to operators")])].join(", and ");
}

function linesOf(groups: Telling[][], style: Style): string[] {
  return groups.flat().map((telling) => (telling.kind === "job" ? jobLine(telling, style) : operatorLine(telling, style)));
}

function jobLine(telling: JobTelling, { room, star, details }: Style): string {
  const { job, transition } = telling;
  const { word, emoji, rest } = jobNews(job, transition, room);
  const more = details && isFailure(telling) ? failureOf(job, room) : "";
  return `${star}${word}${star} ${emoji} ${subjectOf(job, room)}${rest}${more}`;
}

function failureOf(job: Job, room: Room): string {
  const reason = jobReason(job, room);
  return `${reason === undefined ? "" : ` · the job as a whole: ${reason}`} · job ${mrkdwn(job.jobId, room.name)}`;
}

function operatorLine(telling: OperatorTelling, { room, star, details }: Style): string {
  const { word, emoji, sentence, advice } = operatorNews(telling, room);
  return `${star}${word}${star} ${emoji} ${sentence}${details && advice ? `. ${advice}` : ""}`;
}

/** As few sections as hold all lines. */
function packed(lines: string[]): Block[] {
  const texts: string[] = [];
  for (const line of lines) {
    const longer = `${texts.at(-1) ?? ""}\n${line}`;
    if (texts.length > 0 && longer.length <= MOST_SECTION_CHARACTERS) texts[texts.length - 1] = longer;
    else texts.push(line);
  }
  return texts.map(section);
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
