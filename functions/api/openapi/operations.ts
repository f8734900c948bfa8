import type * as z from "zod";
import type { ProblemType } from "../http/problem.ts";
import * as requests from "../routes/schemas.ts";
import * as responses from "./response-schemas.ts";

// What each route takes and answers, as docs/openapi.json says it and as the tests hold every answer against it.

export interface Operation {
  id: string;
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  summary: string;
  description?: string;
  /** False: anybody may ask, and is not counted. */
  isOpen?: boolean;
  query?: z.ZodObject;
  headers?: Header[];
  body?: SchemaName;
  /** By status. A name is that of a schema; null stands for an empty body, other content types for what is no JSON. */
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
  Job: responses.job,
  JobSummary: responses.jobSummary,
  JobPage: responses.jobPage,
  TransitionPage: responses.transitionPage,
  BatchResults: responses.batchResults,
  DryRun: responses.dryRun,
  JobOrDryRun: responses.job.or(responses.dryRun),
  Channels: responses.channels,
  TestOutcome: responses.testOutcome,
  Health: responses.health,
  Problem: responses.problem,
} satisfies Record<string, z.ZodType>;

export type SchemaName = keyof typeof SCHEMAS;

export const STATUS_OF_PROBLEM: Record<ProblemType, number> = {
  "unreadable-body": 400,
  unauthorized: 401,
  forbidden: 403,
  "not-found": 404,
  "unknown-job": 404,
  "method-not-allowed": 405,
  "request-in-progress": 409,
  "precondition-failed": 412,
  "body-too-large": 413,
  "unsupported-media-type": 415,
  "invalid-request": 422,
  "idempotency-key-reused": 422,
  "too-many-open-jobs": 422,
  "too-many-requests": 429,
  unavailable: 503,
};

const CLOUD_READS: ProblemType[] = ["unreadable-body", "unauthorized", "invalid-request", "too-many-requests", "unavailable"];
const WRITING: ProblemType[] = [...CLOUD_READS, "forbidden", "body-too-large"];
const SENDING: ProblemType[] = [...WRITING, "unsupported-media-type"];
const IDEMPOTENT: ProblemType[] = ["request-in-progress", "idempotency-key-reused"];

const IDEMPOTENCY_KEY: Header = {
  name: "Idempotency-Key",
  description: "A repeat within 24 hours gets the same answer, with `Idempotent-Replayed: true`. What was refused is not kept.",
  example: "4c1f8c1e-6a39-4a52-9f0c-3c7c2bd4b0de",
};

export const OPERATIONS: Operation[] = [
  {
    id: "registerJob",
    method: "POST",
    path: "/jobs",
    summary: "Register a job",
    description:
      "The cloud is asked inside the request. A repeat adds its channels, replaces the options it gives and doubles nothing; a stopped or lost job is watched anew. `source` says what is watched, the default being a job of SFS Turbo; its own fields name it: `jobId`, or for `sfs-turbo-share` `shareId` and `operation`, for `sfs-turbo-task` `shareId`, `feature` and `taskId`. `job_id`, `project_id`, `share_id` and `task_id` are taken too, as the cloud spells them. With `dryRun=true` the same is checked and answered, with the Slack messages, and nothing is written.",
    query: requests.registrationQuery,
    headers: [IDEMPOTENCY_KEY],
    body: "Registration",
    answers: {
      200: { description: "Your team had registered it", schema: "JobOrDryRun", headers: ["Location", "Idempotent-Replayed"] },
      201: { description: "Registered", schema: "JobOrDryRun", headers: ["Location", "Idempotent-Replayed"] },
      202: {
        description: "Registered, but the cloud could not be asked",
        schema: "JobOrDryRun",
        headers: ["Location", "Idempotent-Replayed"],
      },
    },
    problems: [...SENDING, ...IDEMPOTENT, "unknown-job", "too-many-open-jobs"],
  },
  {
    id: "registerJobs",
    method: "POST",
    path: "/jobs/batch",
    summary: "Register up to 25 jobs",
    description:
      "128 KB. Each job counts as one request, and is registered or refused by itself: no bad one stops the others. The batch counts as one slow request, however many of its jobs wait for the cloud.",
    headers: [IDEMPOTENCY_KEY],
    body: "Batch",
    answers: {
      207: { description: "A result for each job, in their order", schema: "BatchResults", headers: ["Idempotent-Replayed"] },
    },
    problems: [...SENDING, ...IDEMPOTENT],
  },
  {
    id: "listJobs",
    method: "GET",
    path: "/jobs",
    summary: "Your team's jobs, newest first",
    description:
      "A page may be short and still carry `next`. `state=open` stands for the jobs that have not ended, `state=late` for those of them that are late. `type`, `label` (`name` or `name=value`) and `source` narrow the list. A job here has no sub jobs, transitions and notifications: `GET /jobs/{jobId}` has them. A request that reads more than usual counts as several.",
    query: requests.listQuery,
    answers: { 200: { description: "One page", schema: "JobPage" } },
    problems: CLOUD_READS,
  },
  {
    id: "getJob",
    method: "GET",
    path: "/jobs/{jobId}",
    summary: "One job, now or when it is news",
    description:
      "With `Prefer: wait=N` the answer comes as soon as the job differs from `If-None-Match`, or has ended where none is given, and after N seconds at the latest. Of a team's waits three are followed at once; others are answered at once, without `Preference-Applied`.",
    query: requests.jobQuery,
    headers: [
      { name: "If-None-Match", description: "An ETag that you have: 304 while it is the job's", example: '"3"' },
      { name: "Prefer", description: "`wait=N`: N seconds, at most 25", example: "wait=20" },
    ],
    answers: {
      200: { description: "The job", schema: "Job", headers: ["ETag", "Preference-Applied"] },
      304: { description: "The job is still what you have", schema: null, headers: ["ETag", "Preference-Applied"] },
    },
    problems: [...CLOUD_READS, "unknown-job"],
  },
  {
    id: "listTransitions",
    method: "GET",
    path: "/jobs/{jobId}/transitions",
    summary: "A job's history, oldest first",
    description: "The last page has no `next`. Keep the last `n` as `cursor` to read only what comes later.",
    query: requests.transitionsQuery,
    answers: { 200: { description: "One page", schema: "TransitionPage" } },
    problems: [...CLOUD_READS, "unknown-job"],
  },
  {
    id: "changeJob",
    method: "PATCH",
    path: "/jobs/{jobId}",
    summary: "Change what your team chose; silence the job",
    description:
      "What is absent stays, `null` takes away; a list or the labels are replaced as a whole. A silence lasts at most 30 days and mutes `started`, `progress`, `late` and `succeeded`; `failed` and `lost` are told all the same.",
    query: requests.jobQuery,
    headers: [
      {
        name: "If-Match",
        description: "The ETag that the change is meant for: 412 where the job has another one",
        example: '"3"',
      },
    ],
    body: "JobChange",
    answers: { 200: { description: "The job", schema: "Job", headers: ["ETag"] } },
    problems: [...SENDING, "unknown-job", "precondition-failed"],
  },
  {
    id: "stopJob",
    method: "DELETE",
    path: "/jobs/{jobId}",
    summary: "Stop watching a job",
    description: "Harmless to repeat. Registering it again watches it anew.",
    query: requests.jobQuery,
    answers: { 200: { description: "The job, stopped or ended before", schema: "Job" } },
    problems: [...WRITING, "unknown-job"],
  },
  {
    id: "refreshJob",
    method: "POST",
    path: "/jobs/{jobId}/refresh",
    summary: "Look at a job now",
    description: "Once in 5 seconds a job. What there is to tell is told by the poller. An ended job is not looked at.",
    query: requests.jobQuery,
    answers: {
      200: { description: "The job as it was found", schema: "Job", headers: ["ETag"] },
      202: { description: "The cloud could not be asked: the job as it was known", schema: "Job", headers: ["ETag"] },
    },
    problems: [...WRITING, "unknown-job"],
  },
  {
    id: "redeliverNotifications",
    method: "POST",
    path: "/jobs/{jobId}/redeliver",
    summary: "Redeliver what was not told",
    description: "Given-up notifications become pending. Pending ones wait as before, delivered ones are never told twice.",
    query: requests.redeliverQuery,
    answers: { 200: { description: "The job", schema: "Job", headers: ["ETag"] } },
    problems: [...WRITING, "unknown-job"],
  },
  {
    id: "listChannels",
    method: "GET",
    path: "/channels",
    summary: "Your team's channels and their state",
    description:
      "`resting`: Slack asked for a pause, or did not answer. `parked`: the webhook is dead, and notifications are kept.",
    answers: { 200: { description: "The channels", schema: "Channels" } },
    problems: CLOUD_READS.filter((type) => type !== "invalid-request"),
  },
  {
    id: "testChannel",
    method: "POST",
    path: "/channels/{name}/test",
    summary: "Send a test message",
    description: "One that arrives releases a parked channel.",
    answers: { 200: { description: "What became of it", schema: "TestOutcome" } },
    problems: [...WRITING.filter((type) => type !== "invalid-request"), "not-found"],
  },
  {
    id: "getHealth",
    method: "GET",
    path: "/health",
    summary: "Is the poller alive",
    isOpen: true,
    answers: {
      200: { description: "The last tick is fresh", schema: "Health" },
      503: {
        description: "No tick has finished yet (`starting`), or none for 3 minutes (`stale`)",
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
    summary: "The command line: one file for Node 20 or newer",
    isOpen: true,
    answers: { 200: { description: "JavaScript", schema: null, contentType: "text/javascript; charset=utf-8" } },
    problems: ["unreadable-body"],
  },
];
