import { type Answer, html, json } from "../../infra/local/answer.ts";
import type { Observation } from "../../lib/domain/job/job.ts";
import { cloudTime } from "./quiet-team.ts";
import { CHANNELS, HOSTILE, type Neighbourhood, QUIET } from "./teams.ts";

/** The worst that a team can do, through the API only, to one resource that it shares with others. */
export interface Scenario {
  name: string;
  settings?: Record<string, string>;
  /** Part of `--short`. */
  isShort?: boolean;
  /** Needed if the scenario depends on learned durations, which the poller reads every five minutes. */
  leadMinutes?: number;
  play: (hood: Neighbourhood) => Promise<unknown>;
}

type Scene = Scenario["play"];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const OTHER_SERVICES = ["ecs-job", "evs-job", "ims-job"];
const ACCESS_KEY = { OS_USERNAME: "", OS_PASSWORD: "", OS_ACCESS_KEY: "AK00000000000000000001", OS_SECRET_KEY: "secret" };
const UNSEEN: Observation = { kind: "missing", reason: "SFS.TURBO.0019 Invalid Job Id" };
const NOT_PERMITTED = json(403, { error: { code: "Common.0012", message: "Policy doesn't allow the job to be shown." } });
const THROTTLED = json(429, { error_code: "APIGW.0308", error_msg: "too many requests" }, { "retry-after": "900" });
const REFUSED = json(401, { error_code: "APIGW.0301", error_msg: "Incorrect IAM authentication information" });
const SICK: Answer[] = [
  json(500, { errCode: "SFS.TURBO.0005", errMsg: "internal error" }),
  json(403, { errCode: "SFS.TURBO.9000", errMsg: "no permission" }),
  html(502, "Bad Gateway"),
  json(200, { status: 7 }),
];

export const SCENARIOS: Scenario[] = [
  { name: "30 jobs of a service that answers 403", isShort: true, play: others(30, NOT_PERMITTED) },
  { name: "1,000 jobs of a service that answers 403", play: storeOtherJobs(1_000, NOT_PERMITTED) },
  { name: "300 ids that answer 500, 403, 502 or invalid JSON", isShort: true, play: sickIds(300) },
  { name: "300 ids that hang", isShort: true, play: hangingIds(300) },
  { name: "429 with Retry-After: 900 of another service", isShort: true, play: others(5, THROTTLED) },
  { name: "401 of another service, access key", settings: ACCESS_KEY, isShort: true, play: others(30, REFUSED) },
  { name: "2,000 unverified jobs", isShort: true, play: unseenJobs(2_000) },
  { name: "10,000 unverified jobs", settings: { MAX_OPEN_JOBS: "10000" }, play: unseenJobs(10_000) },
  { name: "600 registrations a minute", play: registerSteadily },
  { name: "3,000 jobs that end at once", play: endAtOnce(3_000, HOSTILE.channel) },
  { name: "2,000 failures that wait for a shared channel", isShort: true, play: pendingFailures(2_000) },
  { name: "2,000 failures for a shared digest", settings: { CHANNELS: digestOf(QUIET.channel) }, play: pendingFailures(2_000) },
  { name: "100 huge items in ten channels", play: hugeItems(100) },
  { name: "lists of 2,000 open jobs at the full share", play: allOf(unseenJobs(2_000), listSteadily) },
  { name: "requests that wait", isShort: true, play: waitSteadily },
  { name: "durations of the same types, far too short and long", leadMinutes: 6, isShort: true, play: falseDurations },
  { name: "all at once", settings: ACCESS_KEY, play: everything() },
  ...["30 jobs of a service that answers 403", "2,000 unverified jobs", "all at once"].map(inFourSegments),
];

function everything(): Scene {
  const others = [NOT_PERMITTED, THROTTLED, REFUSED].map((answer, index) => storeOtherJobs(100, answer, OTHER_SERVICES[index]));
  const own = [
    sickIds(100),
    hangingIds(100),
    unseenJobs(1_000),
    endAtOnce(500, QUIET.channel),
    pendingFailures(500),
    hugeItems(20),
  ];
  return allOf(...others, ...own, falseDurations, listSteadily, waitSteadily);
}

function inFourSegments(name: string): Scenario {
  // Looked up at run time, because the list is still being built here.
  const other = () => SCENARIOS.find((scenario) => scenario.name === name);
  const credentials = name === "all at once" ? ACCESS_KEY : {};
  return {
    name: `${name}, 4 segments`,
    settings: { ...credentials, POLL_SEGMENTS: "4" },
    play: async (hood) => await other()?.play(hood),
  };
}

function allOf(...scenes: Scene[]): Scene {
  return (hood) => Promise.all(scenes.map((play) => play(hood)));
}

function idsOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}`);
}

/** Uses requests, so that polls of registrations count too. Registers one more job every 20 s. */
function registerOtherJobs(count: number, answer: Answer, source = "ecs-job"): Scene {
  return async (hood) => {
    const ids = idsOf(source, count + 1_000);
    for (const id of ids) hood.others.set(id, answer);
    const post = (jobIds: string[]) =>
      registerAll(
        hood,
        jobIds.map((jobId) => ({ source, jobId })),
      );
    await hood.at(hood.startsAt + 20 * SECOND, () => post(ids.slice(0, count)));
    for (let next = count; hood.clock.now() < hood.endsAt; next++) {
      await hood.clock.sleep(20 * SECOND);
      await post(ids.slice(next, next + 1));
    }
  };
}

/** Jobs of another service that were seen before. */
function storeOtherJobs(count: number, answer: Answer, source = "ecs-job"): Scene {
  return async (hood) => {
    const ids = idsOf(`seen-${source}`, count);
    for (const id of ids) hood.others.set(id, answer);
    await storeAll(hood, ids, { source }, undefined);
  };
}

function others(count: number, answer: Answer): Scene {
  return allOf(registerOtherJobs(count, answer), storeOtherJobs(count, answer));
}

function sickIds(count: number): Scene {
  return (hood) =>
    storeAll(hood, idsOf("sick", count), {}, (id) => SICK[Number(id.split("-")[1]) % SICK.length] ?? NOT_PERMITTED);
}

function hangingIds(count: number): Scene {
  return async (hood) => {
    const ids = idsOf("hanging", count);
    for (const id of ids) hood.hanging.add(id);
    await storeAll(hood, ids, {}, undefined);
  };
}

function unseenJobs(count: number): Scene {
  return (hood) => storeAll(hood, idsOf("unseen", count), { first: UNSEEN }, undefined);
}

async function registerSteadily(hood: Neighbourhood): Promise<void> {
  for (let batch = 0; hood.clock.now() < hood.endsAt; batch++) {
    await registerAll(
      hood,
      idsOf(`steady-${batch}`, 25).map((jobId) => ({ jobId })),
    );
    await hood.clock.sleep(2.5 * SECOND);
  }
}

function endAtOnce(count: number, channel: string): Scene {
  return (hood) => {
    const endsAt = hood.startsAt + 2 * MINUTE;
    const answer = (jobId: string, now: number) => jobAnswer(jobId, "extend_volume", hood.startsAt - MINUTE, endsAt, now);
    return storeAll(hood, idsOf("ending", count), { jobType: "extend_volume", channels: [channel] }, answer);
  };
}

/** Simulates a channel that works again after an outage: failures with long reasons, which fill messages fastest. */
function pendingFailures(count: number): Scene {
  return (hood) =>
    hood.at(hood.startsAt + 1.5 * MINUTE, async () => {
      const failReason = "no space left on the device ".repeat(140);
      const first: Observation = { kind: "seen", state: "failed", failReason, subJobs: [], endTime: hood.clock.now() };
      await storeAll(hood, idsOf("failure", count), { first, channels: [QUIET.channel] }, undefined);
    });
}

/** Each poll shows other states of a hundred sub jobs with long texts. */
function hugeItems(count: number): Scene {
  return async (hood) => {
    const ids = idsOf("huge", count);
    for (const id of ids) hood.cloud.answer(id, (poll) => hugeAnswer(id, poll));
    const channels = CHANNELS.filter((name) => name.startsWith("extra")).concat(HOSTILE.channel);
    const title = "x".repeat(120);
    const notifyOn = ["started", "succeeded", "failed", "late", "lost", "unreachable", "progress"];
    await hood.clock.sleep(SECOND);
    await registerAll(
      hood,
      ids.map((jobId) => ({ jobId, title, channels, notifyOn })),
    );
    await repeatedly(hood, 1, () => hood.request(HOSTILE.key, "GET", "/jobs?limit=100"));
  };
}

async function listSteadily(hood: Neighbourhood): Promise<void> {
  const paths = ["/jobs?state=open&limit=100", "/jobs?limit=100", "/jobs?state=open&label=none&limit=100"];
  let turn = 0;
  await repeatedly(hood, 2, () => hood.request(HOSTILE.key, "GET", paths[turn++ % paths.length] ?? ""));
}

/**
 * Sends requests for two minutes that wait for a cloud that does not answer, or for ids that it does not know. Requests without a free execution
 * do not count against the team's share and are retried at once.
 */
async function waitSteadily(hood: Neighbourhood): Promise<void> {
  let next = 0;
  const client = async () => {
    while (hood.clock.now() < hood.startsAt + 3 * MINUTE) {
      const jobId = `waiting-${next++}`;
      if (next % 4 > 0) hood.hanging.add(jobId);
      const status = await hood.request(HOSTILE.key, "POST", "/jobs", { jobId });
      await hood.clock.sleep(status === 503 ? SECOND / 10 : SECOND);
    }
  };
  await hood.at(hood.startsAt + MINUTE, () => Promise.all(Array.from({ length: 40 }, client)));
}

/** Sixty jobs of each type of the quiet team. They take 2 s for one type and ten hours for the other. */
async function falseDurations(hood: Neighbourhood): Promise<void> {
  const durations = { create_share: 2 * SECOND, extend_share: 36_000 * SECOND };
  for (const [jobType, ms] of Object.entries(durations)) {
    const endsAt = hood.opensAt + 5 * SECOND;
    const answer = (jobId: string, now: number) => jobAnswer(jobId, jobType, endsAt - ms, endsAt, now);
    await storeAll(hood, idsOf(`false-${ms}`, 60), { jobType }, answer);
  }
}

interface Kept {
  source?: string;
  jobType?: string;
  first?: Observation;
  channels?: string[];
}

const AT_ONCE = 25;

/** Stores registered jobs. If `answer` is undefined, the cloud knows none of them. */
async function storeAll(
  hood: Neighbourhood,
  ids: string[],
  kept: Kept,
  answer: ((jobId: string, now: number) => Answer) | undefined,
): Promise<void> {
  const since = hood.opensAt - MINUTE;
  if (answer) for (const id of ids) hood.cloud.answer(id, (_, now) => answer(id, now));
  const store = (jobId: string) => hood.store({ team: HOSTILE.team, channels: [HOSTILE.channel], since, ...kept, jobId });
  for (let from = 0; from < ids.length; from += AT_ONCE) await Promise.all(ids.slice(from, from + AT_ONCE).map(store));
}

async function registerAll(hood: Neighbourhood, jobs: { jobId: string }[]): Promise<void> {
  for (let from = 0; from < jobs.length; from += AT_ONCE) {
    const batch = jobs.slice(from, from + AT_ONCE).map((job) => ({ channels: [HOSTILE.channel], verify: false, ...job }));
    await hood.request(HOSTILE.key, "POST", "/jobs/batch", { jobs: batch });
  }
}

async function repeatedly(hood: Neighbourhood, perSecond: number, play: () => Promise<unknown>): Promise<void> {
  while (hood.clock.now() < hood.endsAt) {
    await play();
    await hood.clock.sleep(SECOND / perSecond);
  }
}

function jobAnswer(jobId: string, jobType: string, beginsAt: number, endsAt: number, now: number): Answer {
  const hasEnded = now >= endsAt;
  const times = { begin_time: cloudTime(beginsAt), end_time: hasEnded ? cloudTime(endsAt) : "" };
  return json(200, { job_id: jobId, job_type: jobType, status: hasEnded ? "success" : "running", ...times, sub_jobs: [] });
}

function hugeAnswer(jobId: string, poll: number): Answer {
  const subJobs = Array.from({ length: 100 }, (_, index) => ({
    job_id: `sub-${index}`,
    job_type: "t".repeat(64),
    status: (poll + index) % 2 ? "running" : "waiting",
    fail_reason: "r".repeat(1_000),
  }));
  return json(200, { job_id: jobId, job_type: "huge", status: "running", fail_reason: "r".repeat(4_000), sub_jobs: subJobs });
}

/** A digest during the run, which starts at noon. */
function digestOf(channel: string): string {
  return JSON.stringify({ [channel]: { digest: { at: "12:03", timeZone: "UTC" } } });
}
