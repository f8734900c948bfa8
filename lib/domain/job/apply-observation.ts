import { duration } from "../time-words.ts";
import { afterDeadlines } from "./after-deadlines.ts";
import { appendTransition, historyLimitReached } from "./append-transition.ts";
import { sinceBaseline } from "./baseline.ts";
import { lostAt, missingSince } from "./deadline.ts";
import { fingerprint } from "./fingerprint.ts";
import {
  type FailingPolls,
  hasEnded,
  type Job,
  type Missing,
  type Observation,
  type Seen,
  type SubJob,
  type Transition,
  type TypicalDuration,
  type Unreachable,
  wasSeen,
} from "./job.ts";
import { updatedResource } from "./resource.ts";
import { LONGEST_STEPS, POLLS_BEFORE_LOST, type TrackingRules, UNREACHABLE_AFTER_MS } from "./rules.ts";

export interface Observed {
  /** The job to save; the same object if nothing changed. */
  job: Job;
  /** The new transitions, oldest first. */
  news: Transition[];
  /** Set if the cloud contradicts an end that it reported before. Log it, never act on it. */
  anomaly?: string;
}

/**
 * The state machine: applies one observation to a job. A pure function.
 * 1. An end is final. A later status that differs is an anomaly.
 * 2. A seen or missing job gets its new state, details and transitions. A failed poll changes the job only if its own polls fail.
 * 3. A job that is still open is checked against its deadlines: the tracking limit always, late only if this poll has seen the job.
 * 4. If anything changed, the typical duration of its type is stored with it.
 */
export function observe(
  job: Job,
  observation: Observation,
  now: number,
  rules: TrackingRules,
  typical: TypicalDuration | undefined = job.typical,
): Observed {
  if (hasEnded(job)) return endedAlready(job, observation);
  const polled = afterPoll(job, observation, now, rules);
  const last = hasEnded(polled) ? polled : afterDeadlines(polled, observation, now, rules, typical);
  const final = last === job || typical === undefined ? last : { ...last, typical };
  return { job: final, news: final.transitions.slice(job.transitions.length) };
}

function endedAlready(job: Job, observation: Observation): Observed {
  // A stopped job continues in the cloud, so a later status is no contradiction.
  if (observation.kind !== "seen" || job.state === "stopped") return { job, news: [] };
  const { state } = observation;
  const contradicts = state !== undefined && state !== job.state;
  return { job, news: [], ...(contradicts && { anomaly: `the cloud reports ${state} after ${job.state}` }) };
}

function afterPoll(job: Job, observation: Observation, now: number, rules: TrackingRules): Job {
  if (observation.kind === "unreachable") return observation.isOwn ? afterOwnFailure(job, observation, now, rules) : job;
  const after = (reached: Job) =>
    observation.kind === "missing"
      ? afterMissing(reached, observation, now, rules)
      : afterSeen(reached, observation, now, rules);
  if (job.failing === undefined) return after(job);
  const { failing, ...reached } = job;
  const next = after(reached);
  if (!failing.reported || hasEnded(next) || historyLimitReached(job)) return next;
  const reason = `after ${duration(now - failing.since)}`;
  return after(appendTransition(reached, { at: now, kind: "recovered", state: job.state, reason }, rules));
}

/** Stored at the first such poll, and reported to the team once the polls have failed for 15 minutes. */
function afterOwnFailure(job: Job, observation: Unreachable, now: number, rules: TrackingRules): Job {
  const since = job.failing?.since ?? observation.since ?? now;
  const isDue = now >= since + UNREACHABLE_AFTER_MS;
  if (job.failing !== undefined && (job.failing.reported || !isDue)) return job;
  const failing = failingPolls(observation, since);
  if (!isDue) return { ...job, failing };
  const reported: Job = { ...job, failing: { ...failing, reported: true } };
  if (historyLimitReached(job)) return reported;
  return appendTransition(reported, { at: now, kind: "unreachable", state: job.state, reason: observation.reason }, rules);
}

export function failingPolls({ cause, reason, requestId }: Unreachable, since: number): FailingPolls {
  return { since, cause, reason, ...(requestId !== undefined && { requestId }) };
}

/** The first two missing polls are stored, so that a third one after the deadline is known to be at least the third. */
function afterMissing(job: Job, observation: Missing, now: number, rules: TrackingRules): Job {
  // A job that was never seen may never have existed.
  if (observation.isGone && job.baseline !== undefined) {
    const { missing: _, ...rest } = job;
    return appendTransition({ ...rest, ...requestId(observation) }, { at: now, kind: "status", state: "success" }, rules);
  }
  const since = job.missing?.since ?? Math.max(now, job.trackedSince);
  const polls = (job.missing?.polls ?? 0) + 1;
  if (now >= lostAt(missingSince(job, { since }), rules) && polls >= POLLS_BEFORE_LOST) {
    const { missing: _, ...rest } = job;
    return appendTransition(
      { ...rest, ...requestId(observation) },
      { at: now, kind: "lost", state: "lost", reason: observation.reason },
      rules,
    );
  }
  if (polls >= POLLS_BEFORE_LOST) return job;
  const { fingerprint: _, ...rest } = job;
  const counted = {
    ...rest,
    missing: {
      ...{ since, polls, reason: observation.reason },
      ...(wasSeen(job) && { wasSeen: true as const }),
      ...requestId(observation),
    },
  };
  return polls === POLLS_BEFORE_LOST - 1 ? { ...counted, fingerprint: fingerprint(observation) } : counted;
}

function afterSeen(job: Job, observation: Seen, now: number, rules: TrackingRules): Job {
  const print = fingerprint(observation);
  if (job.fingerprint === print) return job;
  const { seen, baseline } = sinceBaseline(job, observation);
  const next = { ...withDetails(job, seen, print), ...(baseline !== undefined && { baseline }) };
  if (seen.state === undefined) return afterUnknownStatus(next, seen, now, rules);
  if (seen.state !== job.state) return afterStatus(next, seen, now, rules);
  const steps = subJobSteps(job.subJobs, next.subJobs);
  if (steps === "" || historyLimitReached(job)) return next;
  return appendTransition(next, { at: now, kind: "sub-job", state: job.state, reason: steps }, rules);
}

function afterStatus(next: Job, seen: Seen & { state?: Job["state"] }, now: number, rules: TrackingRules): Job {
  const state = seen.state ?? next.state;
  if (historyLimitReached(next) && !hasEnded({ state })) return { ...next, state };
  const reason = state === "failed" ? (seen.failReason ?? seen.errorCode) : undefined;
  return appendTransition(next, { at: now, kind: "status", state, ...(reason !== undefined && { reason }) }, rules);
}

function afterUnknownStatus(next: Job, seen: Seen, now: number, rules: TrackingRules): Job {
  const word = seen.unknownStatus ?? "";
  const isNotifiedAlready = ({ kind, reason }: Transition) =>
    kind === "unknown-status" && reason?.toLowerCase() === word.toLowerCase();
  if (next.transitions.some(isNotifiedAlready) || historyLimitReached(next)) return next;
  return appendTransition(next, { at: now, kind: "unknown-status", state: next.state, reason: word }, rules);
}

/** Keeps the type and begin of an earlier poll if this one lacks them. */
function withDetails(job: Job, seen: Seen, print: string): Job {
  const { missing: _, endTime: _end, errorCode: _code, failReason: _reason, moreSubJobs: _more, ...kept } = job;
  const { jobType, beginTime, endTime, errorCode, failReason, subJobs, moreSubJobs } = seen;
  const resource = updatedResource(job.resource, seen.resource);
  return {
    ...kept,
    ...(jobType !== undefined && { jobType }),
    ...(beginTime !== undefined && { beginTime }),
    ...(endTime !== undefined && { endTime }),
    ...(errorCode !== undefined && { errorCode }),
    ...(failReason !== undefined && { failReason }),
    ...(resource !== undefined && { resource }),
    ...requestId(seen),
    subJobs,
    ...(moreSubJobs !== undefined && { moreSubJobs }),
    fingerprint: print,
  };
}

function requestId(observation: Seen | Missing): { requestId?: string } {
  return observation.requestId === undefined ? {} : { requestId: observation.requestId };
}

/** The sub jobs that changed, such as "create_share: running, extend_share: failed". Sub jobs without an id are matched by index. */
function subJobSteps(before: SubJob[], after: SubJob[]): string {
  const changed = after.filter((sub, index) => {
    const old = sub.jobId === undefined ? before[index] : before.find(({ jobId }) => jobId === sub.jobId);
    return old === undefined || old.state !== sub.state;
  });
  return changed
    .map((sub) => `${sub.jobType ?? sub.jobId ?? "sub job"}: ${sub.state ?? "unknown"}`)
    .join(", ")
    .slice(0, LONGEST_STEPS);
}
