import type { OperatorTransition } from "../../../lib/domain/health/operator-notice.ts";
import type { Job, Transition } from "../../../lib/domain/job/job.ts";
import type { OutgoingNotification } from "../../../lib/domain/notification.ts";

export const BEGAN_AT = Date.UTC(2026, 8, 18, 14, 2);
export const MINUTE = 60_000;
const PROJECT = "0123456789abcdef0123456789abcdef";

/** An extension that was registered a minute before its start and ran for 41 minutes. */
export function jobNotification(
  transition: Partial<Transition> = {},
  changes: Partial<Job> = {},
): Extract<OutgoingNotification, { kind: "job" }> {
  const job: Job = {
    team: "storage",
    source: "sfs-turbo-job",
    projectId: PROJECT,
    jobId: "ff8080817a1b2c3d",
    channels: ["storage-ops"],
    title: "data-01",
    jobType: "extend_share",
    state: "success",
    registeredAt: BEGAN_AT - MINUTE,
    trackedSince: BEGAN_AT - MINUTE,
    beginTime: BEGAN_AT,
    endTime: BEGAN_AT + 41 * MINUTE,
    requestId: "4d2f8e0a9b",
    subJobs: [],
    transitions: [],
    notifications: [],
    version: 3,
    ...changes,
  };
  const at = BEGAN_AT + 42 * MINUTE;
  return {
    kind: "job",
    notificationId: "0a1b2c3d4e5",
    job,
    transition: { n: 3, at, kind: "status", state: "success", ...transition },
  };
}

/** The same job without its end. */
export function openJobNotification(transition: Partial<Transition>, changes: Partial<Job> = {}): OutgoingNotification {
  const notification = jobNotification({ state: "running", ...transition }, { state: "running", ...changes });
  const { endTime: _, ...job } = notification.job;
  return { ...notification, job };
}

export const FAILURE: Partial<Job> = {
  state: "failed",
  errorCode: "SFS.TURBO.0010",
  failReason: "quota exceeded.",
  subJobs: [{ jobType: "create_volume", state: "failed", errorCode: "EVS.2024", failReason: "no space left" }],
};

export function failedNotification(changes: Partial<Job> = {}, at?: number): OutgoingNotification {
  const transition: Partial<Transition> = { state: "failed", reason: "quota exceeded.", ...(at !== undefined && { at }) };
  return jobNotification(transition, { ...FAILURE, ...changes });
}

export function serviceNotification(transition: Pick<OperatorTransition, "kind" | "reason">): OutgoingNotification {
  const at = BEGAN_AT + 5 * MINUTE;
  return {
    kind: "reachability",
    notificationId: "5e4d3c2b1a0",
    projectId: PROJECT,
    service: "sfs-turbo",
    transition: { n: 1, at, since: BEGAN_AT, ...transition },
  };
}

export function channelNotification(transition: Pick<OperatorTransition, "kind" | "reason">): OutgoingNotification {
  return {
    kind: "channel",
    notificationId: "9z8y7x6w5v4",
    channel: "storage-ops",
    transition: { n: 1, at: BEGAN_AT, ...transition },
  };
}
