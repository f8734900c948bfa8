import fc from "fast-check";
import { expect, test } from "vitest";
import { observe } from "../../../lib/domain/job/apply-observation.ts";
import { nextDeadline } from "../../../lib/domain/job/deadline.ts";
import { fingerprint } from "../../../lib/domain/job/fingerprint.ts";
import { hasEnded, type Job, type Observation } from "../../../lib/domain/job/job.ts";
import { newsOf } from "../../../lib/domain/job/notifications.ts";
import { newJob, registerAgain, stopTracking } from "../../../lib/domain/job/registration.ts";
import { openEntry } from "../../../lib/domain/stored-record.ts";
import { AWAY, FAILED, KEY, MINUTE, MISSING, RULES, RUNNING, START, SUCCESS, seen, strange, WAITING } from "./script.ts";

const steps = seen("running", { subJobs: [{ jobId: "a", state: "success" }], beginTime: START });
const open = fc.constantFrom<Observation>(RUNNING, RUNNING, WAITING, MISSING, MISSING, AWAY, steps, strange("paused"));
const observation = fc.oneof({ weight: 12, arbitrary: open }, { weight: 1, arbitrary: fc.constantFrom(SUCCESS, FAILED) });
const channels = fc.uniqueArray(fc.constantFrom("one", "two", "three"), { minLength: 1 });

type Event = { minutes: number } & ({ poll: Observation } | { register: string[] } | { stop: true });
const minutes = fc.constantFrom(0, 0.2, 1, 6, 16, 70, 3000);
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ minutes, poll: observation }) },
  { weight: 1, arbitrary: fc.record({ minutes, register: channels }) },
  { weight: 1, arbitrary: fc.record({ minutes, stop: fc.constant(true as const) }) },
);
const events = fc.array(event, { maxLength: 60 });
const options = fc.record(
  { channels, notifyOn: fc.subarray(["started", "succeeded", "failed", "late", "lost", "progress"] as const) },
  { requiredKeys: ["channels"] },
);

function happen(job: Job, what: Event, now: number): Job {
  if ("poll" in what) return observe(job, what.poll, now, RULES).job;
  return "register" in what ? registerAgain(job, { channels: what.register }, now, RULES) : stopTracking(job, now, RULES);
}

/** Calls `check` for every step of a random job history. */
function everyStep(check: (before: Job, after: Job, what: Event, now: number) => void): void {
  const life = fc.property(options, observation, events, (chosen, first, list) => {
    let job = newJob(KEY, { ...chosen, notifyOn: [...(chosen.notifyOn ?? ["failed"])] }, first, START, RULES);
    let now = START;
    for (const what of list) {
      now += what.minutes * MINUTE;
      const after = happen(job, what, now);
      check(job, after, what, now);
      job = after;
    }
  });
  fc.assert(life, { numRuns: 500 });
}

test("transitions are numbered without gaps and never change once written", () => {
  everyStep((before, after) => {
    expect(after.transitions.map(({ n }) => n)).toEqual(after.transitions.map((_, index) => index + 1));
    expect(after.transitions.slice(0, before.transitions.length)).toEqual(before.transitions);
  });
});

test("success and failed never reopen; lost and stopped only reopen by registering again", () => {
  everyStep((before, after, what) => {
    if (!hasEnded(before)) return;
    const mayReopen = "register" in what && (before.state === "lost" || before.state === "stopped");
    expect(after.state).toBe(mayReopen ? "registered" : before.state);
    const added = after.transitions.slice(before.transitions.length);
    if (!mayReopen) expect(added.every(({ kind }) => kind === "changed")).toBe(true);
  });
});

test("a transition adds at most one notification per channel, and earlier notifications stay unchanged", () => {
  everyStep((before, after) => {
    expect(new Set(after.notifications.map(({ n, channel }) => `${n} ${channel}`)).size).toBe(after.notifications.length);
    expect(new Set(after.notifications.map(({ id }) => id)).size).toBe(after.notifications.length);
    expect(after.notifications.slice(0, before.notifications.length)).toEqual(before.notifications);
    for (const { n, channel } of after.notifications) {
      const news = newsOf(after.transitions[n - 1] ?? fail(n));
      expect(news === "operators" ? channel === "ops" : news !== undefined && after.channels.includes(channel)).toBe(true);
    }
  });
});

test("an equal observation returns the same job object", () => {
  everyStep((_, after, what, now) => {
    if (!("poll" in what)) return;
    const twice = observe(observe(after, what.poll, now, RULES).job, what.poll, now, RULES).job;
    expect(observe(twice, what.poll, now, RULES)).toMatchObject({ news: [] });
    expect(observe(twice, what.poll, now, RULES).job).toBe(twice);
  });
});

test("the open entry suffices to decide whether a poll needs a write", () => {
  everyStep((before, after, what, now) => {
    const tracking = openEntry({ kind: "job", record: before })?.tracking;
    if (!("poll" in what) || what.poll.kind === "unreachable" || tracking === undefined) return;
    const same = fingerprint(what.poll) === tracking.fingerprint;
    if (same && now < nextDeadline(tracking, RULES)) expect(after).toBe(before);
    else if (!same) expect(after).not.toBe(before);
  });
});

function fail(n: number): never {
  throw new Error(`a notification of transition ${n}, which is not there`);
}
