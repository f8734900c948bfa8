import { json } from "../../infra/local/answer.ts";
import type { SlackSink } from "../../infra/local/slack-sink.ts";
import { createRandom } from "../faults/simulation/random.ts";
import { type Neighbourhood, QUIET } from "./teams.ts";

/** A job of the quiet team. Times are milliseconds since the start of the run. */
export interface QuietJob {
  jobId: string;
  jobType: string;
  /** Negative if it was registered before the run. */
  registersAt: number;
  endsAt: number;
  fails: boolean;
  age: Age;
}

/** Time from a job's registration to its end. Measured separately, because jobs of an hour are polled less often and would hide delays of others. */
export const AGES = ["seconds", "minutes", "an hour"] as const;
export type Age = (typeof AGES)[number];

export interface Judgement {
  /** Maximum seconds from the end in the cloud until Slack accepted the notification. */
  delays: Record<Age, number>;
  /** Jobs whose end was never delivered. */
  missing: string[];
  /** Messages that are wrong, or were sent twice. */
  wrong: string[];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Of ten jobs, three run for an hour, three for some minutes, and four are registered seconds before their end. */
export function drawQuietJobs(seed: number, ends: number, runMs: number): QuietJob[] {
  const random = createRandom(seed);
  return Array.from({ length: ends }, (_, index) => {
    const endsAt = random.between(60, runMs / SECOND - 30) * SECOND;
    const age = ageOf(index % 10);
    const ms = random.between(...LEAST_AND_MOST[age]);
    return {
      jobId: `quiet-${String(index).padStart(3, "0")}`,
      jobType: age === "an hour" ? "create_share" : "extend_share",
      registersAt: age === "an hour" ? -ms : Math.max(endsAt - ms, 0),
      endsAt,
      fails: random.chance(0.3),
      age,
    };
  });
}

const LEAST_AND_MOST: Record<Age, [least: number, most: number]> = {
  seconds: [5 * SECOND, 20 * SECOND],
  minutes: [MINUTE, 5 * MINUTE],
  "an hour": [HOUR, 1.3 * HOUR],
};

function ageOf(digit: number): Age {
  if (digit < 3) return "an hour";
  return digit < 6 ? "minutes" : "seconds";
}

/** Plays the team, which retries each registration until it succeeds, like a pipeline. */
export async function playQuietTeam(hood: Neighbourhood, jobs: QuietJob[]): Promise<void> {
  for (const job of jobs) {
    const beginsAt = hood.startsAt + job.registersAt;
    hood.cloud.answer(job.jobId, (_, now) => json(200, bodyOf(job, beginsAt, hood.startsAt + job.endsAt, now)));
    if (job.registersAt >= 0) continue;
    await hood.store({ team: QUIET.team, jobId: job.jobId, jobType: job.jobType, since: beginsAt, channels: [QUIET.channel] });
  }
  const coming = jobs.filter(({ registersAt }) => registersAt >= 0);
  await Promise.all(coming.map((job) => hood.at(hood.startsAt + job.registersAt, () => register(hood, job))));
}

async function register(hood: Neighbourhood, { jobId }: QuietJob): Promise<void> {
  for (;;) {
    const status = await hood.request(QUIET.key, "POST", "/jobs", { jobId, title: jobId, channels: [QUIET.channel] });
    if (status < 300) return;
    if (status < 429) throw new Error(`${jobId}: ${status}`);
    await hood.clock.sleep(SECOND);
  }
}

function bodyOf({ jobId, jobType, fails }: QuietJob, beginsAt: number, endsAt: number, now: number): object {
  const hasEnded = now >= endsAt;
  const end = fails ? "failed" : "success";
  return {
    job_id: jobId,
    job_type: jobType,
    status: hasEnded ? end : "running",
    begin_time: cloudTime(beginsAt),
    end_time: hasEnded ? cloudTime(endsAt) : "",
    fail_reason: hasEnded && fails ? "no space left" : "",
    sub_jobs: [],
  };
}

export function cloudTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}

/** Checks the messages: each end is posted once, after it happened. Operators get no alarms about a service that answers. */
export function judge({ messages }: SlackSink, jobs: QuietJob[], startsAt: number): Judgement {
  const posts = messages.map(({ at, channel, payload }) => ({ at: at - startsAt, channel, text: JSON.stringify(payload) }));
  const general = posts.filter(({ channel, text }) => channel === QUIET.channel && !text.includes("Digest for "));
  const judgement: Judgement = { delays: { seconds: 0, minutes: 0, "an hour": 0 }, missing: [], wrong: [] };
  for (const job of jobs) {
    const mentions = general.filter(({ text }) => text.includes(job.jobId));
    const [first] = mentions;
    const error = errorIn(job, mentions);
    if (first === undefined) judgement.missing.push(job.jobId);
    else if (error !== undefined) judgement.wrong.push(`${job.jobId}: ${error}`);
    else judgement.delays[job.age] = Math.max(judgement.delays[job.age], (first.at - job.endsAt) / SECOND);
  }
  const alarms = posts.filter(({ channel, text }) => channel === "operators" && FALSE_ALARM.test(text));
  judgement.wrong.push(...alarms.map(({ text }) => FALSE_ALARM.exec(text)?.[0] ?? ""));
  return judgement;
}

const FALSE_ALARM = /[^"]*(SFS Turbo jobs|was down|is suspended)[^"]*/;

function errorIn({ jobId, endsAt, fails }: QuietJob, [first, ...more]: { at: number; text: string }[]): string | undefined {
  if (first === undefined) return undefined;
  if (first.at < endsAt) return `a message ${(endsAt - first.at) / SECOND} s before its end`;
  if (more.length > 0) return `${more.length + 1} messages`;
  return (fails ? /fail/i : /finish/i).test(lineOf(first.text, jobId)) ? undefined : "the wrong end";
}

/** Returns the job's line of a roll-up, or the whole message. */
function lineOf(text: string, jobId: string): string {
  return text.split("\\n").find((line) => line.includes(jobId)) ?? text;
}
