import * as z from "zod";
import { CHANNEL_KINDS } from "../../../lib/config/channel-kinds.ts";
import { LIST_OUTCOMES } from "../../../lib/domain/discovery/last-list.ts";
import { JOB_OPTIONS, type JobOptions } from "../../../lib/domain/job/job-options.ts";
import { POLL_OUTCOMES } from "../../../lib/domain/job/last-poll.ts";
import { WATCHABLE_SOURCES } from "../../../lib/domain/job/sources.ts";
import { JOB_STATES } from "../../../lib/domain/job/states.ts";
import { NOTIFY_ON, TRANSITION_KINDS } from "../../../lib/domain/job/transitions.ts";
import { PROBLEM_TYPES } from "../http/problem.ts";

// Schemas of the API's responses. Tests check every response against them. The deployed function does not load them.

const time = z.iso.datetime().describe("ISO 8601 in UTC");
const text = z.string();
const state = z.enum(JOB_STATES);

const cloudFields = {
  beginTime: time.optional(),
  endTime: time.optional(),
  errorCode: text.optional(),
  failReason: text.optional(),
};

const subJob = z.strictObject({
  jobId: text.optional(),
  jobType: text.optional(),
  state: text.optional().describe("The state in the cloud's own words"),
  ...cloudFields,
});

const transition = z.strictObject({
  n: z.int().min(1).describe("Numbered without gaps. A transition never changes."),
  at: time,
  kind: z.enum(TRANSITION_KINDS),
  state,
  reason: text.optional().describe("For `changed`: the options that differ"),
  by: text.optional().describe("Label of the key that registered, changed or stopped the job"),
});

const notification = z.strictObject({
  id: text.describe("The `block_id` of the message in Slack"),
  n: z.int().min(1).describe("Number of its transition"),
  channel: text,
  state: z.enum(["pending", "delivered", "expired"]),
  at: time,
  digest: z.literal(true).optional().describe("Delivered in the channel's next digest after `at`; pending until then"),
  attempts: z.int().min(1).optional().describe("Number of sends, the last one included. Absent until it is delivered."),
  status: z.int().optional().describe("HTTP status of the last send"),
  answer: text.optional().describe("The destination's own word, such as Slack's `ok`. Expired: why it could not be delivered."),
  latencyMs: z.int().min(0).optional().describe("Milliseconds that the last send took"),
});

const expectedEnd = z.strictObject({
  at: time.describe("50 % of the jobs of this type have ended by then. By `expectedMinutes` if no typical duration is known."),
  from: time.optional().describe("10 % have ended before"),
  to: time.optional().describe("10 % end after. Past this time the job is overdue."),
});

const lastPoll = z.strictObject({
  since: time.describe("Start of the period in which polls returned no status"),
  outcome: z.enum(POLL_OUTCOMES),
  reason: text.describe("The cloud's error code and message, or another reason"),
  requestId: text.optional().describe("The cloud's X-request-id of such a poll, for its support"),
});

const silence = z.strictObject({
  until: time,
  by: text.describe("Label of the key that set it"),
  reason: text.optional(),
});

const formats = { text, url: text, number: z.int(), pairs: z.record(text, text), list: z.array(text) };
const optionFields = Object.fromEntries(
  Object.entries(JOB_OPTIONS).map(([name, { format }]) => [name, formats[format].optional()]),
) as unknown as { [Name in keyof Required<JobOptions>]: z.ZodType<JobOptions[Name]> };

const resource = z.strictObject({
  name: text.optional(),
  size: z.number().optional().describe("GB"),
  sizeBefore: z.number().optional().describe("The first size that was seen, in GB. Absent if the size did not change."),
});

const jobFields = {
  jobId: text,
  source: text,
  projectId: text,
  state,
  jobType: text.optional(),
  ...optionFields,
  channels: z.array(text),
  notifyOn: z.array(z.enum(NOTIFY_ON)).optional(),
  origin: text.optional().describe("The `watchId` of the watch that discovered the operation"),
  silence: silence.optional().describe("Until then only bad news is delivered"),
  pause: silence.optional().describe("Until then the job is not polled"),
  registeredAt: time,
  registeredBy: text.optional().describe("Label of the key that registered the job last. Absent if a watch discovered it."),
  stoppedBy: text.optional().describe("Label of the key that stopped the job. Absent if the tracking limit stopped it."),
  correlationId: text.optional().describe("Id of the request that started tracking, for searching the logs"),
  ...cloudFields,
  resource: resource.optional().describe("What the operation acts on: the share"),
  requestId: text.optional().describe("The cloud's X-request-id of the last poll that changed the job, for its support"),
  lastPoll: lastPoll.optional().describe("Why the last poll returned no status. Absent if it returned one."),
  missingSince: time.optional().describe("The cloud has not known the job since then. If that continues, the job is lost."),
  expectedEnd: expectedEnd.optional(),
};

export const job = z.strictObject({
  ...jobFields,
  subJobs: z.array(subJob),
  moreSubJobs: z.int().min(1).optional().describe("Number of sub jobs that are not listed. Failed ones are listed first."),
  transitions: z.array(transition),
  notifications: z.array(notification),
});

export const jobSummary = z.strictObject({ ...jobFields, subJobCount: z.int().describe("Number of sub jobs") });

export const problem = z.strictObject({
  type: z.enum(PROBLEM_TYPES).describe("Each type has a section in docs/api.md"),
  title: text,
  status: z.int(),
  detail: text.describe("What is wrong with this request, and what to do"),
  correlationId: text.optional().describe("Id of the request. Absent in the results of a batch."),
  errors: z
    .array(
      z.strictObject({
        pointer: text.describe("JSON Pointer (RFC 6901), or the name of a query parameter or header"),
        detail: text,
      }),
    )
    .optional(),
  reason: text.optional().describe("For `unknown-job` on registration: the cloud's error"),
  requestId: text.optional().describe("For `unknown-job` on registration: the cloud's X-request-id, for its support"),
  foundAs: z.array(text).optional().describe("For `unknown-job` on registration: the sources that have the job"),
});

const next = text.optional().describe("Cursor of the next page");
export const jobPage = z.strictObject({ jobs: z.array(jobSummary), next });
export const transitionPage = z.strictObject({ transitions: z.array(transition), next });

export const batchResults = z.strictObject({
  results: z
    .array(z.union([z.strictObject({ status: z.int(), job: jobSummary }), z.strictObject({ status: z.int(), problem })]))
    .describe("One result per job, in the same order"),
});

export const dryRun = z.strictObject({
  job,
  messages: z.array(
    z.strictObject({
      channel: text,
      wouldSend: z.boolean().describe("Whether it would be sent now"),
      digest: z.literal(true).optional().describe("The channel's next digest would contain it"),
      message: z.looseObject({}).describe("The exact payload for Slack or the webhook"),
    }),
  ),
});

const lastList = z.strictObject({
  outcome: z
    .enum(LIST_OUTCOMES)
    .describe(
      "`pending`: not read yet. `incomplete`: many resources are missing at once. Otherwise why the list cannot be read.",
    ),
  at: time.optional().describe("When a complete list was last read"),
  since: time.optional().describe("Start of the period without a complete list"),
  reason: text.optional().describe("The cloud's error code and message, or another reason"),
  requestId: text.optional().describe("The cloud's X-request-id of the list, for its support"),
  missingRight: text.optional().describe("For `not-permitted`: the right that the cloud user of this service lacks"),
});

export const watch = z.strictObject({
  watchId: text,
  source: z.enum(WATCHABLE_SOURCES),
  projectId: text,
  operations: z.array(text).optional().describe("Absent: all operations of the source"),
  names: z.array(text).optional().describe("Absent: all names"),
  tags: z.record(text, text).optional(),
  channels: z.array(text),
  notifyOn: z.array(z.enum(NOTIFY_ON)).optional(),
  createdAt: time,
  by: text.optional().describe("Label of the key that added the watch"),
  lastList: lastList.describe("What the watch can see at the moment"),
  waiting: z.int().min(1).optional().describe("Discovered operations that wait because the team has too many open jobs"),
});
export const watches = z.strictObject({ watches: z.array(watch) });

const kind = z.enum(CHANNEL_KINDS);

const sendOutcome = z.enum(["delivered", "throttled", "failed", "unknown", "rejected", "refused", "dead"]);
const lastTest = z
  .strictObject({ at: time, outcome: sendOutcome, answer: text.optional() })
  .describe("The last test message, with the destination's answer or why there was none");
const channel = { name: text, kind, lastTest: lastTest.optional() };

export const channels = z.strictObject({
  channels: z.array(
    z.discriminatedUnion("state", [
      z.strictObject({ ...channel, state: z.literal("open") }),
      z.strictObject({ ...channel, state: z.literal("backing-off"), nextSendAt: time, failures: z.int().optional() }),
      z.strictObject({ ...channel, state: z.literal("suspended"), suspendedSince: time, reason: text }),
    ]),
  ),
});

export const teamSilence = z.strictObject({
  silenceId: text,
  labels: z.record(text, text).optional(),
  errorCode: text.optional(),
  until: time,
  by: text.describe("Label of the key that set it"),
  reason: text.optional(),
});
export const teamSilences = z.strictObject({ silences: z.array(teamSilence) });

export const redelivered = z.strictObject({
  jobs: z.int(),
  notifications: z.int().describe("How many became pending again"),
  next: text.optional().describe("There may be more: repeat the request with this as `cursor`"),
});

export const testOutcome = z.strictObject({
  outcome: sendOutcome,
  reason: text.optional(),
});

export const health = z.strictObject({
  status: z.enum(["starting", "ok", "stale"]),
  lastTickSeconds: z.int().optional(),
  oldestPendingNotificationSeconds: z.int(),
});
