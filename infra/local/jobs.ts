import { randomBytes } from "node:crypto";
import { type Answer, json, statusOf } from "./answer.ts";
import { inWordsOf, OTHER_SERVICES } from "./other-services.ts";
import { answerOf, SCRIPTS, UNKNOWN_JOB } from "./scripts.ts";

/** One status query as it arrived. */
export interface Poll {
  jobId: string;
  projectId: string;
  at: number;
  /** 0 if the answer was cut or never sent. */
  status: number;
}

/** The body of a 200 answer, or a function that answers each poll; `poll` counts from 1. */
export type Scripted = Record<string, unknown> | string | ((poll: number, now: number) => Answer);

export interface Jobs {
  /** `age`: how many seconds ago the job was started. */
  start(script: string, options?: { jobId?: string; projectId?: string; source?: string; age?: number }): string;
  answer(jobId: string, scripted: Scripted | undefined): void;
  poll(jobId: string, projectId: string, source?: string): Answer;
  polls: Poll[];
  pollCount(jobId?: string): number;
}

interface Started {
  script: string;
  startedAt: number;
  projectId?: string;
  source: string;
}

const KEPT_POLLS = 100_000;
const SFS_TURBO = "sfs-turbo-job";
/** Applies to every job without answers of its own. */
const ANY_JOB = "*";

export function createJobs(now: () => number, speed: number): Jobs {
  const started = new Map<string, Started>();
  const scripted = new Map<string, Scripted>();
  const counts = new Map<string, number>();
  const polls: Poll[] = [];

  function answerTo(jobId: string, projectId: string, source: string, poll: number): Answer {
    const own = scripted.get(jobId) ?? scripted.get(ANY_JOB);
    if (own !== undefined) return typeof own === "function" ? own(poll, now()) : json(200, own);
    const job = started.get(jobId) ?? fromId(jobId);
    const script = SCRIPTS[job?.script ?? ""];
    const isHere = job?.source === source && (job.projectId ?? projectId) === projectId;
    if (!isHere || script === undefined) return OTHER_SERVICES[source]?.unknown ?? UNKNOWN_JOB;
    const age = ((now() - job.startedAt) / 1000) * speed;
    return inWordsOf(
      source,
      answerOf(script, jobId, age, poll, (at) => job.startedAt + (at / speed) * 1000),
    );
  }

  return {
    start(script, { source = SFS_TURBO, age = 0, jobId = newId(source, script, now() - age * 1000), projectId } = {}) {
      if (!Object.hasOwn(SCRIPTS, script))
        throw new Error(`no script "${script}"; there are ${Object.keys(SCRIPTS).join(", ")}`);
      started.set(jobId, { script, source, startedAt: now() - age * 1000, ...(projectId !== undefined && { projectId }) });
      return jobId;
    },
    answer(jobId, answer) {
      if (answer === undefined) scripted.delete(jobId);
      else scripted.set(jobId, answer);
    },
    poll(jobId, projectId, source = SFS_TURBO) {
      const poll = (counts.get(jobId) ?? 0) + 1;
      counts.set(jobId, poll);
      const answer = answerTo(jobId, projectId, source, poll);
      polls.push({ jobId, projectId, at: now(), status: statusOf(answer) });
      if (polls.length > KEPT_POLLS) polls.splice(0, KEPT_POLLS / 2);
      return answer;
    },
    polls,
    pollCount: (jobId) => (jobId === undefined ? sum(counts.values()) : (counts.get(jobId) ?? 0)),
  };
}

// An id contains its script and its start, so that jobs survive a restart although the cloud stores nothing: succeeds-mb3k2j1x-7f3a9c.
const ID = /^(?<script>[a-z0-9]+(?:-[a-z0-9]+)*)-(?<startedAt>[0-9a-z]{8})-[0-9a-f]{6}$/;

function newId(source: string, script: string, at: number): string {
  if (source !== SFS_TURBO) return hexId(source, script, at);
  return `${script}-${at.toString(36).padStart(8, "0")}-${randomBytes(3).toString("hex")}`;
}

function fromId(jobId: string): Started | undefined {
  const { script, startedAt } = ID.exec(jobId)?.groups ?? {};
  if (script === undefined || startedAt === undefined) return fromHexId(jobId);
  return { script, startedAt: Number.parseInt(startedAt, 36), source: SFS_TURBO };
}

// The other services use 32 hexadecimal digits or a UUID. Here: ff, the source, the script, the start, random digits.
const HEX_ID = /^ff(?<source>..)(?<script>..)(?<startedAt>.{12})/;

function hexId(source: string, script: string, at: number): string {
  const numbers = [Object.keys(OTHER_SERVICES).indexOf(source), Object.keys(SCRIPTS).indexOf(script)];
  const [first, second] = numbers.map((number) => number.toString(16).padStart(2, "0"));
  const hex = `ff${first}${second}${at.toString(16).padStart(12, "0")}${randomBytes(7).toString("hex")}`.slice(0, 32);
  return OTHER_SERVICES[source]?.isUuid ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5") : hex;
}

function fromHexId(jobId: string): Started | undefined {
  const { source = "", script = "", startedAt = "" } = HEX_ID.exec(jobId.replaceAll("-", ""))?.groups ?? {};
  const [sourceName, scriptName] = [Object.keys(OTHER_SERVICES), Object.keys(SCRIPTS)].map(
    (names, index) => names[Number.parseInt([source, script][index] ?? "", 16)],
  );
  if (sourceName === undefined || scriptName === undefined) return undefined;
  return { source: sourceName, script: scriptName, startedAt: Number.parseInt(startedAt, 16) };
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}
