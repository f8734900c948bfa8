import type * as z from "zod";
import type { ProblemType } from "../http/problem.ts";
import * as requests from "../routes/schemas.ts";
import { noQuery, watchOrder } from "../routes/watch-schemas.ts";
import * as responses from "./response-schemas.ts";

// The requests and responses of each route. docs/openapi.json is generated from it, and tests check every response against it.

export interface Operation {
  id: string;
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  summary: string;
  description?: string;
  /** True: needs no key, and is not counted against a rate limit. */
  isOpen?: boolean;
  query?: z.core.$ZodObject;
  headers?: Header[];
  body?: SchemaName;
  /** Responses by status. `schema: null` means an empty body, or a body that is not JSON if there is a content type. */
  answers: Record<number, { description: string; schema: SchemaName | null; contentType?: string; headers?: string[] }>;
  problems: ProblemType[];
}

export interface Header {
  name: string;
  description: string;
  example: string;
}

export const SCHEMAS = {
  Registration: requests.registration,
  Batch: requests.batch,
  JobChange: requests.jobChange,
  WatchOrder: watchOrder,
  Redelivery: requests.redelivery,
  SilenceOrder: requests.teamSilence,
  Job: responses.job,
  JobSummary: responses.jobSummary,
  JobPage: responses.jobPage,
  TransitionPage: responses.transitionPage,
  BatchResults: responses.batchResults,
  DryRun: responses.dryRun,
  JobOrDryRun: responses.job.or(responses.dryRun),
  Watch: responses.watch,
  Watches: responses.watches,
  Channels: responses.channels,
  Silence: responses.teamSilence,
  Silences: responses.teamSilences,
  Redelivered: responses.redelivered,
  TestOutcome: responses.testOutcome,
  Health: responses.health,
  Problem: responses.problem,
} satisfies Record<string, z.core.$ZodType>;

export type SchemaName = keyof typeof SCHEMAS;

export const STATUS_OF_PROBLEM: Record<ProblemType, number> = {
  "unreadable-body": 400,
  unauthorized: 401,
  forbidden: 403,
  "not-found": 404,
  "unknown-job": 404,
  "method-not-allowed": 405,
  "request-in-progress": 409,
  "unreadable-record": 409,
  "precondition-failed": 412,
  "body-too-large": 413,
  "unsupported-media-type": 415,
  "invalid-request": 422,
  "idempotency-key-reused": 422,
  "too-many-open-jobs": 422,
  "too-many-watches": 422,
  "too-many-silences": 422,
  "too-many-requests": 429,
  unavailable: 503,
};

const CLOUD_READS: ProblemType[] = ["unreadable-body", "unauthorized", "invalid-request", "too-many-requests", "unavailable"];
const WRITING: ProblemType[] = [...CLOUD_READS, "forbidden", "body-too-large"];
const SENDING: ProblemType[] = [...WRITING, "unsupported-media-type"];
const IDEMPOTENT: ProblemType[] = ["request-in-progress", "idempotency-key-reused"];

const IDEMPOTENCY_KEY: Header = {
  name: "Idempotency-Key",
  description:
    "A repeat within 24 hours gets the same response, with `Idempotent-Replayed: true`. Rejected requests are not stored.",
  example: "4c1f8c1e-6a39-4a52-9f0c-3c7c2bd4b0de",
};

export const OPERATIONS: Operation[] = [
  {
    id: "registerJob",
    method: "POST",
    path: "/jobs",
    summary: "Register a job",
    description:
      "Polls the cloud once before it responds. It is safe to repeat: a repeat adds channels and replaces the options it contains. It resumes tracking of a stopped or lost job. `source` is the kind of job (default: an SFS Turbo job). It determines the fields that identify the job: `jobId`; for `sfs-turbo-share` `shareId` and `operation`; for `sfs-turbo-task` `shareId`, `feature` and `taskId`. The cloud's spellings `job_id`, `project_id`, `share_id` and `task_id` are accepted too. `dryRun=true` runs the same checks, returns the job with its Slack messages, and writes nothing.",
    query: requests.registrationQuery,
    headers: [IDEMPOTENCY_KEY],
    body: "Registration",
    answers: {
      200: {
        description: "Your team had already registered the job",
        schema: "JobOrDryRun",
        headers: ["Location", "Idempotent-Replayed"],
      },
      201: { description: "Registered", schema: "JobOrDryRun", headers: ["Location", "Idempotent-Replayed"] },
      202: {
        description: "Registered, but the first check returned no status; see `lastPoll`",
        schema: "JobOrDryRun",
        headers: ["Location", "Idempotent-Replayed"],
      },
    },
    problems: [...SENDING, ...IDEMPOTENT, "unknown-job", "unreadable-record", "too-many-open-jobs"],
  },
  {
    id: "registerJobs",
    method: "POST",
    path: "/jobs/batch",
    summary: "Register up to 25 jobs",
    description:
      "Accepts up to 128 KB. Each job is registered or rejected independently, and counts as one request. The batch counts as one slow request, however many of its jobs wait for the cloud.",
    headers: [IDEMPOTENCY_KEY],
    body: "Batch",
    answers: {
      207: { description: "One result per job, in the same order", schema: "BatchResults", headers: ["Idempotent-Replayed"] },
    },
    problems: [...SENDING, ...IDEMPOTENT],
  },
  {
    id: "listJobs",
    method: "GET",
    path: "/jobs",
    summary: "List your team's jobs, newest first",
    description:
      "A page may have fewer jobs than `limit` and still have a `next`. `state=open` lists jobs that have not ended; `state=late` lists open jobs that are late. `type`, `label` (`name` or `name=value`) and `source` filter the list. Sub jobs, transitions and notifications are omitted; `GET /jobs/{jobId}` returns them. A request that reads many records counts as several requests.",
    query: requests.listQuery,
    answers: { 200: { description: "One page", schema: "JobPage" } },
    problems: CLOUD_READS,
  },
  {
    id: "getJob",
    method: "GET",
    path: "/jobs/{jobId}",
    summary: "Get a job, optionally after a wait for changes",
    description:
      "`Prefer: wait=N` waits up to N seconds until the job differs from `If-None-Match` or, without that header, until it has ended. Each team may have three waits at once. Further requests return immediately, without `Preference-Applied`.",
    query: requests.jobQuery,
    headers: [
      { name: "If-None-Match", description: "An ETag that you have. Returns 304 while it matches.", example: '"3"' },
      { name: "Prefer", description: "`wait=N` waits up to N seconds, at most 25", example: "wait=20" },
    ],
    answers: {
      200: { description: "The job", schema: "Job", headers: ["ETag", "Preference-Applied"] },
      304: { description: "The job has not changed", schema: null, headers: ["ETag", "Preference-Applied"] },
    },
    problems: [...CLOUD_READS, "unknown-job", "unreadable-record"],
  },
  {
    id: "listTransitions",
    method: "GET",
    path: "/jobs/{jobId}/transitions",
    summary: "List a job's transitions, oldest first",
    description: "The last page has no `next`. To read only later transitions, send the last `n` as `cursor`.",
    query: requests.transitionsQuery,
    answers: { 200: { description: "One page", schema: "TransitionPage" } },
    problems: [...CLOUD_READS, "unknown-job", "unreadable-record"],
  },
  {
    id: "changeJob",
    method: "PATCH",
    path: "/jobs/{jobId}",
    summary: "Change a job's options, silence or pause it",
    description:
      'Absent fields are unchanged, and `null` removes an option. Lists and labels are replaced as a whole. A silence lasts at most 30 days and suppresses `started`, `progress`, `late` and `succeeded`. `failed` and `lost` are still delivered. A paused job is not polled until `until` (at most 30 days ahead, and before tracking ends), so it is neither late nor lost; `{"pause": null}` resumes it.',
    query: requests.jobQuery,
    headers: [
      {
        name: "If-Match",
        description: "Make the change only if the job still has this ETag; otherwise 412",
        example: '"3"',
      },
    ],
    body: "JobChange",
    answers: { 200: { description: "The job", schema: "Job", headers: ["ETag"] } },
    problems: [...SENDING, "unknown-job", "unreadable-record", "precondition-failed"],
  },
  {
    id: "stopJob",
    method: "DELETE",
    path: "/jobs/{jobId}",
    summary: "Stop tracking a job",
    description: "Safe to repeat. The operation in the cloud continues. Register the job again to resume tracking.",
    query: requests.jobQuery,
    answers: { 200: { description: "The job, which is stopped or had already ended", schema: "Job" } },
    problems: [...WRITING, "unknown-job", "unreadable-record"],
  },
  {
    id: "refreshJob",
    method: "POST",
    path: "/jobs/{jobId}/refresh",
    summary: "Check a job now",
    description:
      "Polls the cloud, at most once per job in 5 seconds. The next tick delivers the notifications. An ended job is not polled.",
    query: requests.jobQuery,
    answers: {
      200: { description: "The job after the check", schema: "Job", headers: ["ETag"] },
      202: {
        description: "The check returned no status; the job is unchanged, and `lastPoll` has the reason",
        schema: "Job",
        headers: ["ETag"],
      },
    },
    problems: [...WRITING, "unknown-job", "unreadable-record"],
  },
  {
    id: "redeliverNotifications",
    method: "POST",
    path: "/jobs/{jobId}/redeliver",
    summary: "Redeliver expired notifications",
    description:
      "Expired notifications become pending again. Pending ones keep waiting. Delivered ones are never delivered twice.",
    query: requests.redeliverQuery,
    answers: { 200: { description: "The job", schema: "Job", headers: ["ETag"] } },
    problems: [...WRITING, "unknown-job", "unreadable-record"],
  },
  {
    id: "addWatch",
    method: "POST",
    path: "/watches",
    summary: "Watch a project: every matching operation becomes a job",
    description:
      "Stores the watch, then reads the project's list once, so that `lastList` says at once whether the project can be watched. Operations that ended before the first list are not reported. It is safe to repeat: a watch with the same source, project, operations, names and tags is not added twice, but gets the `channels` and `notifyOn` that the repeat contains. A team may have 20 watches.",
    query: noQuery,
    headers: [IDEMPOTENCY_KEY],
    body: "WatchOrder",
    answers: {
      200: {
        description: "Your team already watches these operations",
        schema: "Watch",
        headers: ["Location", "Idempotent-Replayed"],
      },
      201: {
        description: "Added, and the project's list was read",
        schema: "Watch",
        headers: ["Location", "Idempotent-Replayed"],
      },
      202: {
        description: "Added, but the list could not be read; see `lastList`",
        schema: "Watch",
        headers: ["Location", "Idempotent-Replayed"],
      },
    },
    problems: [...SENDING, ...IDEMPOTENT, "too-many-watches"],
  },
  {
    id: "listWatches",
    method: "GET",
    path: "/watches",
    summary: "List your team's watches, oldest first",
    query: noQuery,
    answers: { 200: { description: "All watches, at most 20", schema: "Watches" } },
    problems: CLOUD_READS,
  },
  {
    id: "getWatch",
    method: "GET",
    path: "/watches/{watchId}",
    summary: "Get a watch",
    query: noQuery,
    answers: { 200: { description: "The watch", schema: "Watch" } },
    problems: [...CLOUD_READS, "not-found"],
  },
  {
    id: "endWatch",
    method: "DELETE",
    path: "/watches/{watchId}",
    summary: "End a watch",
    description: "Nothing more is discovered. Jobs that it discovered are still tracked.",
    query: noQuery,
    answers: { 200: { description: "The ended watch", schema: "Watch" } },
    problems: [...WRITING, "not-found"],
  },
  {
    id: "listChannels",
    method: "GET",
    path: "/channels",
    summary: "List your team's channels and their state",
    description:
      "`backing-off`: the destination asked for a pause, or did not respond. `suspended`: the destination is dead, and notifications wait until the channel is resumed.",
    answers: { 200: { description: "The channels", schema: "Channels" } },
    problems: CLOUD_READS.filter((type) => type !== "invalid-request"),
  },
  {
    id: "testChannel",
    method: "POST",
    path: "/channels/{name}/test",
    summary: "Send a test message",
    description:
      "If it arrives, a suspended channel is resumed. It keeps the rate of the channel, so it can take three seconds. If the channel allows no message that soon, nothing is sent, and the response is 429 with `Retry-After`.",
    answers: { 200: { description: "The outcome", schema: "TestOutcome" } },
    problems: [...WRITING.filter((type) => type !== "invalid-request"), "not-found"],
  },
  {
    id: "addSilence",
    method: "POST",
    path: "/silences",
    summary: "Silence all jobs with a label or an error code",
    description:
      "Concerns every job of your team that has all of `labels`, now or later, until `until` (at most 30 days ahead). With `errorCode` it suppresses `failed` with this code. Without it, it suppresses what a silence of a single job does; `failed` and `lost` are still delivered. It takes effect within 15 seconds. A team may have 20 silences. A key that is limited to channels or projects may not set one.",
    query: noQuery,
    body: "SilenceOrder",
    answers: { 201: { description: "The silence", schema: "Silence" } },
    problems: [...SENDING, "too-many-silences"],
  },
  {
    id: "listSilences",
    method: "GET",
    path: "/silences",
    summary: "List your team's silences by label or error code, oldest first",
    query: noQuery,
    answers: { 200: { description: "Those that are not over, at most 20", schema: "Silences" } },
    problems: CLOUD_READS,
  },
  {
    id: "endSilence",
    method: "DELETE",
    path: "/silences/{silenceId}",
    summary: "End a silence",
    query: noQuery,
    answers: { 200: { description: "The ended silence", schema: "Silence" } },
    problems: [...WRITING, "not-found"],
  },
  {
    id: "redeliverSince",
    method: "POST",
    path: "/redeliver",
    summary: "Redeliver what expired since a time",
    description:
      "Notifications of your team that expired at or after `since` become pending again: on all channels of the key, or only on `channel`. One request handles up to 25 jobs, newest first. While the response has a `next`, repeat the request with it as `cursor`.",
    query: noQuery,
    body: "Redelivery",
    answers: { 200: { description: "What became pending again", schema: "Redelivered" } },
    problems: SENDING,
  },
  {
    id: "getHealth",
    method: "GET",
    path: "/health",
    summary: "Health of the poller",
    isOpen: true,
    answers: {
      200: { description: "The last tick is at most 3 minutes old", schema: "Health" },
      503: {
        description: "No tick has finished yet (`starting`), or none in the last 3 minutes (`stale`)",
        schema: "Health",
        headers: ["Retry-After"],
      },
    },
    problems: ["unreadable-body", "unavailable"],
  },
  {
    id: "getOpenApi",
    method: "GET",
    path: "/openapi.json",
    summary: "This document",
    isOpen: true,
    answers: { 200: { description: "OpenAPI 3.1", schema: null, contentType: "application/json" } },
    problems: ["unreadable-body"],
  },
  {
    id: "getDocs",
    method: "GET",
    path: "/docs",
    summary: "This document as a page",
    isOpen: true,
    answers: { 200: { description: "HTML without scripts", schema: null, contentType: "text/html; charset=UTF-8" } },
    problems: ["unreadable-body"],
  },
  {
    id: "getCommandLine",
    method: "GET",
    path: "/jobwatch.mjs",
    summary: "The command line, one file for Node 20 or newer",
    isOpen: true,
    answers: { 200: { description: "JavaScript", schema: null, contentType: "text/javascript; charset=utf-8" } },
    problems: ["unreadable-body"],
  },
];
