import { type Answer, html, json } from "./answer.ts";

/** One run of a job or a sub job. Times are seconds since the job was started; negative ones lie before the registration. */
export interface Run {
  jobType: string;
  beginsAt: number;
  /** Infinity if it never ends. */
  endsAt: number;
  failure?: { code: string; reason: string };
}

export interface Script extends Run {
  about: string;
  subJobs?: Run[];
  /** Replaces the status. */
  statusOverride?(age: number): string | undefined;
  /** Replaces the whole answer. `poll` counts from 1. */
  answerOverride?(age: number, poll: number): Answer | undefined;
}

export const UNKNOWN_JOB: Answer = json(404, { errCode: "SFS.TURBO.0019", errMsg: "Invalid job ID" });
const INTERNAL: Answer = json(500, { errCode: "SFS.TURBO.0005", errMsg: "Internal server error" });
export const THROTTLED: Answer = json(
  429,
  {
    error_code: "APIGW.0308",
    error_msg: "The throttling threshold has been reached: policy user over ratelimit,limit:20,time:1 minute",
  },
  { "retry-after": "5" },
);

const SOLD_OUT = { code: "SFS.TURBO.0030", reason: "The resources of this specification are sold out in eu-de-02." };
const NO_ADDRESS = { code: "SFS.TURBO.0029", reason: "The subnet has no free IP address left." };

export const SCRIPTS: Record<string, Script> = {
  succeeds: {
    about: "creates a file system: waits 5 s, runs 15 s, succeeds",
    ...run("create_share", 5, 20),
  },
  fails: {
    about: "extends a file system and fails after 20 s, with code and reason",
    ...run("extend_share", 2, 20, SOLD_OUT),
  },
  "fails-in-a-sub-job": {
    about: "creates a file system; one of its three sub jobs fails after 24 s, with its own code and reason",
    ...run("hpc_create_share", 3, 25, { code: "SFS.TURBO.0038", reason: "A subtask failed." }),
    subJobs: [
      run("create_share", 3, 12),
      run("change_security_group", 12, 24, NO_ADDRESS),
      run("create_obs_target", Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY),
    ],
  },
  "already-finished": {
    about: "succeeded five minutes before it was registered",
    ...run("bind_ldap", -420, -300),
  },
  vanishes: {
    about: "runs for 20 s, then the cloud no longer knows it",
    ...run("delete_share", 0, Number.POSITIVE_INFINITY),
    answerOverride: (age) => (age >= 20 ? UNKNOWN_JOB : undefined),
  },
  "stray-404": {
    about: "is missing in a single poll, succeeds after 40 s",
    ...run("create_share", 2, 40),
    answerOverride: (_, poll) => (poll === 3 ? UNKNOWN_JOB : undefined),
  },
  flaps: {
    about: "answers some polls with 5xx, succeeds after 40 s",
    ...run("extend_share", 2, 40),
    answerOverride: (_, poll) => ({ 2: INTERNAL, 3: html(502, "502 Bad Gateway"), 5: html(504, "504 Gateway Time-out") })[poll],
  },
  slow: {
    about: "runs for two hours, then succeeds",
    ...run("hpc_create_share", 5, 7200),
  },
  "unknown-status": {
    about: 'has the undocumented status "suspended" from 10 s to 30 s, succeeds after 45 s',
    ...run("change_security_group", 2, 45),
    statusOverride: (age) => (age >= 10 && age < 30 ? "suspended" : undefined),
  },
  invalid: {
    about: "answers with a web page from 10 s to 30 s, succeeds after 45 s",
    ...run("create_obs_target", 2, 45),
    answerOverride: (age) => (age >= 10 && age < 30 ? html(200, "Scheduled maintenance") : undefined),
  },
  throttled: {
    about: "answers the second poll with 429 and Retry-After, succeeds after 40 s",
    ...run("delete_obs_target", 2, 40),
    answerOverride: (_, poll) => (poll === 2 ? THROTTLED : undefined),
  },
  "never-known": {
    about: "the cloud never knew it",
    ...run("create_share", 0, Number.POSITIVE_INFINITY),
    answerOverride: () => UNKNOWN_JOB,
  },
};

/** Returns the script's answer at an age in seconds. `timeOf` converts an age to milliseconds since the epoch. */
export function answerOf(script: Script, jobId: string, age: number, poll: number, timeOf: (age: number) => number): Answer {
  const answer = script.answerOverride?.(age, poll);
  if (answer !== undefined) return answer;
  const status = script.statusOverride?.(age);
  const subJobs = script.subJobs?.map((sub, index) => details(sub, `${jobId}-${index + 1}`, age, timeOf));
  return json(200, {
    ...details(script, jobId, age, timeOf),
    ...(status !== undefined && { status }),
    ...(subJobs !== undefined && { sub_jobs: subJobs }),
  });
}

/** Omits fields without a value, as the cloud does. */
function details({ jobType, beginsAt, endsAt, failure }: Run, jobId: string, age: number, timeOf: (age: number) => number) {
  const hasEnded = age >= endsAt;
  const failed = hasEnded && failure !== undefined;
  return {
    status: statusAt(age, beginsAt, hasEnded, failed),
    job_id: jobId,
    job_type: jobType,
    ...(age >= beginsAt && { begin_time: stamp(timeOf(beginsAt)) }),
    ...(hasEnded && { end_time: stamp(timeOf(endsAt)) }),
    ...(failed && { error_code: failure.code, fail_reason: failure.reason }),
  };
}

function statusAt(age: number, beginsAt: number, hasEnded: boolean, failed: boolean): string {
  if (age < beginsAt) return "waiting";
  if (!hasEnded) return "running";
  return failed ? "failed" : "success";
}

/** The cloud's times are UTC without a zone: `2016-01-02 15:04:05`. */
function stamp(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}

function run(jobType: string, beginsAt: number, endsAt: number, failure?: Run["failure"]): Run {
  return { jobType, beginsAt, endsAt, ...(failure && { failure }) };
}
