import * as z from "zod";
import { NOTIFY_ON } from "../../../lib/domain/job/job.ts";
import { POLL_OUTCOMES } from "../../../lib/domain/job/last-poll.ts";
import { PROBLEM_TYPES } from "../http/problem.ts";
import { STATES } from "../routes/schemas.ts";

// What the api answers. The tests hold every answer against these; the running function does not load them.

const time = z.iso.datetime().describe("ISO 8601 in UTC");
const text = z.string();
const state = z.enum(STATES);

const cloudFields = {
  beginTime: time.optional(),
  endTime: time.optional(),
  errorCode: text.optional(),
  failReason: text.optional(),
};

const subJob = z.strictObject({
  jobId: text.optional(),
  jobType: text.optional(),
  state: text.optional().describe("One of the cloud's words, or whatever else it said"),
  ...cloudFields,
});

const transition = z.strictObject({
  n: z.int().min(1).describe("Without gaps; what is written is never changed"),
  at: time,
  kind: z.enum([
    "registered",
    "status",
    "sub-job",
    "late",
    "reminder",
    "unknown-status",
    "unreachable",
    "recovered",
    "lost",
    "stopped",
    "changed",
  ]),
  state,
  reason: text.optional().describe("Of `changed`: the options that differ"),
  by: text.optional().describe("The label of the key with which somebody registered, changed or stopped the job"),
});

const notification = z.strictObject({
  id: text.describe("Stands in the message's footer"),
  n: z.int().min(1).describe("The transition that it tells"),
  channel: text,
  state: z.enum(["pending", "delivered", "expired"]),
  at: time,
  digest: z.literal(true).optional().describe("Told in the channel's digest: pending until the first one after `at`"),
});

const expectedEnd = z.strictObject({
  at: time.describe("Half of the jobs of this type have ended by then"),
  from: time.describe("One in ten has ended before"),
  to: time.describe("One in ten ends after; past it the job is overdue"),
});

const lastPoll = z.strictObject({
  since: time.describe("Since when polls have brought no status"),
  outcome: z.enum(POLL_OUTCOMES),
  reason: text.describe("The cloud's own code and words, or what came instead of them"),
  requestId: text.optional().describe("The cloud's X-request-id of such a poll, for its support"),
});

const silence = z.strictObject({
  until: time,
  by: text.describe("The label of the key that asked for it"),
  reason: text.optional(),
});

const jobFields = {
  jobId: text,
  source: text,
  projectId: text,
  state,
  jobType: text.optional(),
  title: text.optional(),
  channels: z.array(text),
  notifyOn: z.array(z.enum(NOTIFY_ON)).optional(),
  labels: z.record(text, text).optional(),
  expectedMinutes: z.int().optional(),
  runbookUrl: text.optional(),
  silence: silence.optional(),
  registeredAt: time,
  ...cloudFields,
  requestId: text.optional().describe("The cloud's X-request-id of the poll that changed the job last, for its support"),
  lastPoll: lastPoll.optional().describe("Why there is no news: the last poll brought no status. Absent where it did"),
  missingSince: time.optional().describe("Since then the cloud has not known it; where that goes on, it is lost"),
  expectedEnd: expectedEnd.optional(),
};

export const job = z.strictObject({
  ...jobFields,
  subJobs: z.array(subJob),
  moreSubJobs: z.int().min(1).optional().describe("How many sub jobs there are besides these; failed ones are listed first"),
  transitions: z.array(transition),
  notifications: z.array(notification),
});

export const jobSummary = z.strictObject({ ...jobFields, subJobCount: z.int().describe("How many sub jobs the cloud named") });

export const problem = z.strictObject({
  type: z.enum(PROBLEM_TYPES).describe("Each has a section in docs/api.md"),
  title: text,
  status: z.int(),
  detail: text.describe("What is wrong with this request, and what to do"),
  correlationId: text.optional().describe("Of the request; not in the result of one item"),
  errors: z
    .array(
      z.strictObject({
        pointer: text.describe("JSON Pointer (RFC 6901), or the name of a query parameter or header"),
        detail: text,
      }),
    )
    .optional(),
  reason: text.optional().describe("Of an unknown job that was to be registered: what the cloud said"),
  requestId: text.optional().describe("Of the same: the cloud's X-request-id, for its support"),
  foundAs: z.array(text).optional().describe("Of the same: the sources that know it"),
});

const next = text.optional().describe("Cursor of the next page");
export const jobPage = z.strictObject({ jobs: z.array(jobSummary), next });
export const transitionPage = z.strictObject({ transitions: z.array(transition), next });

export const batchResults = z.strictObject({
  results: z
    .array(z.union([z.strictObject({ status: z.int(), job: jobSummary }), z.strictObject({ status: z.int(), problem })]))
    .describe("One for each job, in their order"),
});

export const dryRun = z.strictObject({
  job,
  messages: z.array(
    z.strictObject({
      channel: text,
      wouldSend: z.boolean().describe("Whether it would be sent now"),
      digest: z.literal(true).optional().describe("Whether the channel's next digest would tell it"),
      message: z.looseObject({}).describe("What Slack or the webhook would be sent, word for word"),
    }),
  ),
});

const kind = z.enum(["slack", "webhook", "events"]);

export const channels = z.strictObject({
  channels: z.array(
    z.discriminatedUnion("state", [
      z.strictObject({ name: text, kind, state: z.literal("open") }),
      z.strictObject({ name: text, kind, state: z.literal("backing-off"), nextSendAt: time, failures: z.int().optional() }),
      z.strictObject({ name: text, kind, state: z.literal("suspended"), suspendedSince: time, reason: text }),
    ]),
  ),
});

export const testOutcome = z.strictObject({
  outcome: z.enum(["delivered", "throttled", "failed", "unknown", "rejected", "refused", "dead"]),
  reason: text.optional(),
});

export const health = z.strictObject({
  status: z.enum(["starting", "ok", "stale"]),
  lastTickSeconds: z.int().optional(),
  oldestPendingNotificationSeconds: z.int(),
});
