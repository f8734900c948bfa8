import type { MessageSetting } from "../../../lib/adapters/slack/message.ts";
import type { OpenJob } from "../../../lib/domain/channel/still-open.ts";
import type { OperatorTransition } from "../../../lib/domain/health/operator-notice.ts";
import type { Job, Transition } from "../../../lib/domain/job/job.ts";
import type { OutgoingNotification } from "../../../lib/domain/notification.ts";
import type { MessageMeta } from "../../../lib/ports.ts";

/** A sample message: its notifications and the channel's settings. */
export interface Sample {
  /** When such a message is sent. */
  when: string;
  channel: string;
  notifications: OutgoingNotification[];
  meta?: Partial<MessageMeta>;
  setting?: MessageSetting;
}

const MINUTE = 60_000;
const BEGAN_AT = Date.UTC(2026, 8, 18, 14, 2);
/** The time at which the messages are read: in the evening of that day. */
export const READ_AT = BEGAN_AT + 4 * 60 * MINUTE;
const PROJECT = "0123456789abcdef0123456789abcdef";
const TYPICAL = { jobs: 24, lowMs: 35 * MINUTE, medianMs: 42 * MINUTE, highMs: 50 * MINUTE, p95Ms: 55 * MINUTE };
const SHORT = { jobs: 31, lowMs: 8 * MINUTE, medianMs: 9 * MINUTE, highMs: 12 * MINUTE, p95Ms: 14 * MINUTE };

const REGISTERED: Transition[] = [
  { n: 1, at: BEGAN_AT - 3 * MINUTE, kind: "registered", state: "registered" },
  { n: 2, at: BEGAN_AT - 3 * MINUTE, kind: "status", state: "waiting" },
];
const SOLD_OUT = { errorCode: "SFS.TURBO.0030", failReason: "The resources of this specification are sold out in eu-de-02." };
const FAILED: Partial<Job> = {
  errorCode: "SFS.TURBO.0038",
  failReason: "A subtask failed.",
  subJobs: [
    { jobType: "create_volume", state: "failed", ...SOLD_OUT },
    { jobType: "change_security_group", state: "failed", errorCode: "SFS.TURBO.0037", failReason: "Conflict." },
    { jobType: "check_quota", state: "success" },
  ],
};
const LABELLED: Partial<Job> = {
  labels: { ticket: "https://jira.example.com/browse/OPS-1234", env: "prod", owner: "hpc" },
  runbookUrl: "https://wiki.example.com/runbooks/sfs-turbo",
};
const SETTING: MessageSetting = {
  links: {
    pageOf: ({ jobId }) => `https://jobwatch.example.com/jobs/${jobId}`,
    consoleUrl: "https://console.otc.t-systems.com/",
  },
};
const MENTIONING: MessageSetting = { ...SETTING, mention: "<!subteam^S0614TZR7|@storage-oncall>" };

function job(
  transition: Pick<Transition, "kind" | "state"> & Partial<Transition>,
  changes: Partial<Job> = {},
): OutgoingNotification {
  const { state } = transition;
  const ended = state === "success" || state === "failed";
  const record: Job = {
    team: "storage",
    source: "sfs-turbo-job",
    projectId: PROJECT,
    jobId: "ff8080827f1a6b9c017f1b22c0de0042",
    requestId: "9fd926d5574e064ed5f9bdf5e36953d7",
    channels: ["storage-ops"],
    title: "scratch-07 to 20 TiB",
    jobType: "extend_share",
    registeredAt: BEGAN_AT - 3 * MINUTE,
    trackedSince: BEGAN_AT - 3 * MINUTE,
    beginTime: BEGAN_AT,
    ...(ended && { endTime: BEGAN_AT + 41 * MINUTE }),
    typical: TYPICAL,
    subJobs: [],
    transitions: REGISTERED,
    notifications: [],
    version: 3,
    state,
    ...changes,
  };
  return {
    kind: "job",
    notificationId: "15kl8z2m6b1",
    job: record,
    transition: { n: 3, at: BEGAN_AT + 42 * MINUTE, ...transition },
  };
}

function notice(
  stored: "reachability" | "channel" | "service",
  kind: OperatorTransition["kind"],
  reason: string,
): OutgoingNotification {
  const minutes = kind === "still-unreachable" ? 65 : 5;
  const transition = { n: 1, at: BEGAN_AT + minutes * MINUTE, since: BEGAN_AT, kind, reason };
  const notificationId = "0m4q7c1x9za";
  if (stored === "reachability") return { kind: stored, notificationId, projectId: PROJECT, service: "sfs-turbo", transition };
  if (stored === "service")
    return { kind: "service", notificationId, transition: { ...transition, at: BEGAN_AT + 29 * MINUTE } };
  const { since: _, ...rest } = transition;
  return { kind: "channel", notificationId, channel: "storage-ops", transition: rest };
}

function watchNotice(kind: OperatorTransition["kind"], reason: string): OutgoingNotification {
  const watch = { source: "sfs-turbo-share", projectId: PROJECT, listedAt: BEGAN_AT - MINUTE } as const;
  const transition = { n: 1, at: BEGAN_AT + 5 * MINUTE, since: BEGAN_AT, kind, reason, watch };
  return { kind: "watches", notificationId: "0m4q7c1x9zb", team: "storage", transition };
}

const success = job({ kind: "status", state: "success" });
const failure = job({ kind: "status", state: "failed" }, { ...FAILED, ...LABELLED });
const late = job({ kind: "late", state: "running", at: BEGAN_AT + 83 * MINUTE }, LABELLED);
const lost = job({ kind: "lost", state: "lost", reason: "404 SFS.TURBO.0019: invalid job id" });
const many = ["nightly-01", "nightly-02", "nightly-03"].map((title, index) =>
  job({ kind: "status", state: "success" }, { title, jobId: `${title}-job`, endTime: BEGAN_AT + (37 + 4 * index) * MINUTE }),
);

const SHARE = "854cf6e2-f7f0-4f51-9d40-d405bc61b410";
const SHARE_RUNNING: Transition[] = [...REGISTERED, { n: 3, at: BEGAN_AT, kind: "status", state: "running" }];

/** The extension of a share. The cloud gives neither its begin nor its end. */
function extension(state: "success" | "failed", changes: Partial<Job>): OutgoingNotification {
  const notification = job({ kind: "status", state, n: 4 }, changes);
  if (notification.kind !== "job") return notification;
  const { title: _, beginTime: _begin, endTime: _end, typical: _typical, ...rest } = notification.job;
  const jobId = `${SHARE}.extend.${state === "failed" ? 2 : 1}`;
  return { ...notification, job: { ...rest, source: "sfs-turbo-share", jobId, transitions: SHARE_RUNNING } };
}

function named(notification: OutgoingNotification, title: string): OutgoingNotification {
  return notification.kind === "job"
    ? { ...notification, job: { ...notification.job, title, jobId: `${title}-job` } }
    : notification;
}

const OPEN_JOBS: OpenJob[] = [
  { title: "scratch-11 to 40 TiB", isLate: true, expectedEnd: BEGAN_AT + 42 * MINUTE },
  { title: "scratch-12", isLate: false, expectedEnd: BEGAN_AT + 260 * MINUTE },
  { title: "weekly-backup", isLate: false },
].map((one) => ({ source: "sfs-turbo-job", jobId: "open", jobType: "extend_share", ...one }));
const ended = [
  ...many,
  named(failure, "scratch-07"),
  named(job({ kind: "status", state: "failed" }, SOLD_OUT), "data-02"),
  named(lost, "old-archive"),
  job(
    { kind: "status", state: "success" },
    { title: "new share for hpc", jobType: "create_share", typical: SHORT, endTime: BEGAN_AT + 9 * MINUTE },
  ),
].map((notification) => ({ ...notification, notificationId: `digest-${notification.notificationId}` }));

const undelivered = { notifications: 2, jobs: { count: 2, names: ["4028", "4031"] }, since: BEGAN_AT - 5 * 60 * MINUTE };
const digestNotice: OutgoingNotification = {
  ...{ kind: "channel", channel: "storage-ops", notificationId: "digest-0m4q7c1x9zb" },
  transition: { n: 1, at: BEGAN_AT, kind: "digest", reason: "", digest: { teams: ["storage"], undelivered } },
};

function team(when: string, notification: OutgoingNotification, setting = SETTING): Sample {
  return { when, channel: "storage-ops", notifications: [notification], setting };
}

function operators(when: string, notification: OutgoingNotification): Sample {
  return { when, channel: "operators", notifications: [notification] };
}

export const SAMPLES: Record<string, Sample> = {
  failure: team("A job failed, in a channel that mentions a group.", failure, MENTIONING),
  success: team("A job finished.", success),
  "success-late": team(
    "A job finished after it was reported as late.",
    job(
      { kind: "status", state: "success" },
      { endTime: BEGAN_AT + 95 * MINUTE, late: { count: 1, at: BEGAN_AT + 83 * MINUTE } },
    ),
  ),
  "share-success": team(
    "An operation on a share finished.",
    extension("success", { resource: { name: "data-01", size: 600, sizeBefore: 500 } }),
  ),
  "share-failure": team(
    "An operation on a share failed. The cloud gives no reason for it.",
    extension("failed", {
      resource: { name: "data-01", size: 600 },
      errorCode: "321",
      failReason: "The share itself is still available.",
    }),
    MENTIONING,
  ),
  late: team("A job runs longer than is typical for its type, or than its team expects.", late, MENTIONING),
  reminder: team(
    "The job is still late: after 1 hour, after 4 more hours, then daily.",
    job({ kind: "reminder", state: "running", at: BEGAN_AT + 143 * MINUTE }),
    MENTIONING,
  ),
  lost: team("The cloud has not known the job for 15 minutes.", lost),
  stopped: team(
    "A job reached its tracking limit (`MAX_TRACKING_DAYS`).",
    job({ kind: "stopped", state: "stopped", reason: "tracked for 30 days, last seen running at 2026-11-20 14:05 UTC" }),
  ),
  "job-unreachable": team(
    "For 15 minutes, other jobs could be checked but not this one.",
    job(
      { kind: "unreachable", state: "running", reason: "500 from the job API" },
      { failing: { since: BEGAN_AT + 27 * MINUTE, cause: "unavailable", reason: "500 from the job API", reported: true } },
    ),
  ),
  "job-recovered": team("The job can be checked again.", job({ kind: "recovered", state: "running", reason: "after 22 min" })),
  started: team(
    "A job started (only with `started` in `notifyOn`).",
    job({ kind: "status", state: "running", at: BEGAN_AT + 8_000 }),
  ),
  progress: team(
    "A sub job changed (only with `progress` in `notifyOn`).",
    job({ kind: "sub-job", state: "running", reason: "create_volume: success, change_security_group: running" }),
  ),
  "already-failed": team(
    "A job had ended before it was registered.",
    job(
      { kind: "status", state: "failed" },
      { ...SOLD_OUT, trackedSince: BEGAN_AT + 60 * MINUTE, registeredAt: BEGAN_AT + 60 * MINUTE, transitions: [] },
    ),
  ),
  "roll-up": {
    when: "Several notifications are due at once.",
    channel: "storage-ops",
    notifications: [...many, named(late, "scratch-11"), failure, named(lost, "old-archive")],
    setting: MENTIONING,
  },
  morning: {
    when: "Quiet hours ended: the held notifications as one roll-up.",
    channel: "storage-ops",
    notifications: many,
    setting: { ...SETTING, held: many.length },
  },
  digest: {
    when: "The digest of a channel: what ended since the last one, what is open, and what could not be delivered.",
    channel: "storage-ops",
    notifications: [...ended, digestNotice],
    meta: { digest: { at: BEGAN_AT + 3 * 60 * MINUTE, open: { jobs: OPEN_JOBS, count: 3 } } },
    setting: { ...SETTING, channel: "storage-ops", timeZone: "Europe/Berlin" },
  },
  plain: {
    when: "Slack rejected the layout of a message, so it is sent as plain text.",
    channel: "storage-ops",
    notifications: [failure],
    meta: { plain: true, mayRepeat: true },
    setting: MENTIONING,
  },
  test: { when: "`POST /channels/{name}/test`.", channel: "storage-ops", notifications: [], meta: { id: "test" } },
  unreachable: operators(
    "A service of a project could not be polled for 5 minutes.",
    notice("reachability", "unreachable", "credentials: 401 APIGW.0307 after a fresh token"),
  ),
  "still-unreachable": operators(
    "It still cannot be polled: after 1, 4 and 24 hours, then daily.",
    notice("reachability", "still-unreachable", "not-permitted: APIGW.0305 no permission"),
  ),
  recovered: operators(
    "It can be polled again.",
    notice("reachability", "recovered", "jobs that ended: scratch-07 to 20 TiB, nightly-03"),
  ),
  downtime: operators(
    "sfs-jobwatch itself finished no tick for more than three minutes.",
    notice("service", "downtime", "3 jobs ended in that time: nightly-01, nightly-02, nightly-03"),
  ),
  suspended: operators("The webhook of a channel no longer works.", notice("channel", "suspended", "channel_is_archived")),
  copy: operators("A suspended channel keeps a failed, lost or stopped job: the operators get it too.", {
    ...failure,
    ...(failure.kind === "job" && { keptBy: "storage-ops" }),
  }),
  resumed: operators("A suspended channel works again.", notice("channel", "resumed", "channel_is_archived")),
  expired: operators(
    "Notifications waited in a suspended channel for 14 days.",
    notice("channel", "expired", "2 notifications: nightly-01, nightly-02"),
  ),
  "refused-layout": operators("Slack rejected the layout of a message.", notice("channel", "refused-layout", "invalid_blocks")),
  "refused-text": operators(
    "Slack rejected even the plain text of a notification; a fixed text was sent instead.",
    notice("channel", "refused-text", "invalid_payload; nightly-01"),
  ),
  rejected: operators(
    "A signed webhook rejected an event for a day and accepted others, so the event expired.",
    notice("channel", "rejected", "1 notification: nightly-01 (the receiver answers 422)"),
  ),
  "watch-unreachable": {
    when: "A watch has not been able to list its project for 5 minutes. Its team is notified.",
    channel: "storage-ops",
    notifications: [
      watchNotice("watch-unreachable", "not-permitted: 403 APIGW.0305 Policy doesn't allow sfsturbo:shares:getAllShares"),
    ],
  },
  "watch-recovered": {
    when: "The project can be listed again.",
    channel: "storage-ops",
    notifications: [watchNotice("watch-recovered", "")],
  },
  "unknown-status": operators(
    "The cloud returned an unknown status.",
    job({ kind: "unknown-status", state: "running", reason: "PAUSED" }),
  ),
};
