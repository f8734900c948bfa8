import { expect, test } from "vitest";
import { observe } from "../../../lib/domain/job/apply-observation.ts";
import { changeJob } from "../../../lib/domain/job/change.ts";
import type { Job } from "../../../lib/domain/job/job.ts";
import type { JobOptions } from "../../../lib/domain/job/job-options.ts";
import { historyLimitReason, newJob, registerAgain, stopTracking } from "../../../lib/domain/job/registration.ts";
import { HISTORY_LIMIT } from "../../../lib/domain/job/rules.ts";
import {
  AWAY,
  each,
  FAILED,
  HOUR,
  historyOf,
  KEY,
  MINUTE,
  MISSING,
  notificationsOf,
  OPTIONS,
  play,
  RULES,
  RUNNING,
  START,
  SUCCESS,
  seen,
} from "./script.ts";

const LATER = START + HOUR;
const running = play([[0, RUNNING]]).job;
const succeeded = play([
  [0, RUNNING],
  [1, SUCCESS],
]).job;
const lost = play(each([0, 5, 15], MISSING)).job;
const stopped = stopTracking(running, START + MINUTE, RULES);

test("a job is registered with the team's options, without duplicate channels", () => {
  const options: JobOptions = { channels: ["a", "b", "a"], title: "copy", labels: { env: "prod" }, expectedMinutes: 5 };
  const job = newJob(KEY, options, SUCCESS, START, RULES);
  expect(job).toMatchObject({ ...KEY, ...options, channels: ["a", "b"], registeredAt: START, trackedSince: START, version: 0 });
  expect(notificationsOf(job)).toEqual(["success to a", "success to b"]);
});

test.each<{
  name: string;
  job: Job;
  options: Partial<JobOptions>;
  channels?: string[];
  history?: string[];
  delivered: string[];
}>([
  {
    name: "duplicates nothing",
    job: succeeded,
    options: { channels: ["storage-ops"] },
    delivered: ["success to storage-ops"],
  },
  {
    name: "adds its channels, which receive later news",
    job: running,
    options: { channels: ["other", "storage-ops", "other"] },
    channels: ["storage-ops", "other"],
    history: [...historyOf(running), "60 changed running"],
    delivered: [],
  },
  {
    name: "notifies a channel added after the end of the end, once",
    job: succeeded,
    options: { channels: ["other", "other"] },
    channels: ["storage-ops", "other"],
    history: [...historyOf(succeeded), "60 changed success"],
    delivered: ["success to storage-ops", "success to other"],
  },
  {
    name: "does not notify a new channel of an end that notifyOn excludes",
    job: succeeded,
    options: { channels: ["other"], notifyOn: ["failed"] },
    channels: ["storage-ops", "other"],
    history: [...historyOf(succeeded), "60 changed success"],
    delivered: ["success to storage-ops"],
  },
  {
    name: "tracks a lost job again",
    job: lost,
    options: {},
    history: ["0 registered registered", "15 lost lost", "60 registered registered"],
    delivered: ["lost to storage-ops"],
  },
  {
    name: "tracks a lost job again with other options",
    job: lost,
    options: { title: "once more" },
    history: ["0 registered registered", "15 lost lost", "60 changed lost", "60 registered registered"],
    delivered: ["lost to storage-ops"],
  },
  {
    name: "tracks a stopped job again",
    job: stopped,
    options: {},
    history: ["0 registered registered", "0 status running", "1 stopped stopped", "60 registered registered"],
    delivered: [],
  },
])("registering again $name", ({ job, options, channels = ["storage-ops"], history = historyOf(job), delivered }) => {
  const again = registerAgain(job, options, LATER, RULES);
  expect(again.channels).toEqual(channels);
  expect(historyOf(again)).toEqual(history);
  expect(notificationsOf(again)).toEqual(delivered);
});

test("registering again replaces the given options and keeps the others", () => {
  const job = newJob(KEY, { ...OPTIONS, title: "old", expectedMinutes: 5, labels: { a: "1" } }, RUNNING, START, RULES);
  expect(registerAgain(job, { title: "new", labels: { b: "2" } }, LATER, RULES)).toMatchObject({
    title: "new",
    labels: { b: "2" },
    expectedMinutes: 5,
    registeredAt: START,
    trackedSince: START,
  });
});

test("a channel that was removed and added again after the end is not notified twice", () => {
  const without = { ...succeeded, channels: ["other"] };
  expect(notificationsOf(registerAgain(without, OPTIONS, LATER, RULES))).toEqual(["success to storage-ops"]);
});

test("a job registered again is tracked like a new one", () => {
  const again = registerAgain(lost, {}, LATER, RULES);
  expect(again).toMatchObject({ state: "registered", trackedSince: LATER, registeredAt: START });
  expect([again.missing, again.late, again.fingerprint]).toEqual([undefined, undefined, undefined]);
  const missing = [1, 2, 3, 14.9].reduce((job, minute) => observe(job, MISSING, LATER + minute * MINUTE, RULES).job, again);
  expect(missing.state).toBe("registered");
});

test("a job registered again is not late in the first 5 minutes, however late it was", () => {
  const begun = seen("running", { beginTime: START });
  const was = play([
    [0, begun],
    [60, begun],
    [61, begun],
  ]).job;
  const again = registerAgain(stopTracking(was, LATER + MINUTE, RULES), {}, START + 5 * HOUR, RULES);
  const soon = observe(again, begun, START + 5 * HOUR + MINUTE, RULES).job;
  expect(historyOf(soon).slice(-2)).toEqual(["300 registered registered", "301 status running"]);
  expect(historyOf(observe(soon, begun, START + 5 * HOUR + 5 * MINUTE, RULES).job).at(-1)).toBe("305 late running");
});

test.each([
  { name: "an open job ends it and notifies nobody", job: running, history: "1 stopped stopped" },
  { name: "a job never seen ends it too", job: play([[0, AWAY]]).job, history: "1 stopped stopped" },
])("stopping $name", ({ job, history }) => {
  const after = stopTracking(job, START + MINUTE, RULES);
  expect(historyOf(after).at(-1)).toBe(history);
  expect(after.notifications).toEqual([]);
});

test.each([
  { name: "finished", job: succeeded },
  { name: "failed", job: play([[0, FAILED]]).job },
  { name: "lost", job: lost },
  { name: "stopped", job: stopped },
])("stopping a $name job changes nothing", ({ job }) => {
  expect(stopTracking(job, LATER, RULES)).toBe(job);
});

test("a stopped job that continues in the cloud is no anomaly and stays stopped", () => {
  expect(observe(stopped, SUCCESS, LATER, RULES)).toEqual({ job: stopped, news: [] });
});

test("a job accepts at most ten channels over all its registrations", () => {
  const channels = Array.from({ length: 9 }, (_, index) => `channel-${index}`);
  const job = newJob(KEY, { channels }, RUNNING, START, RULES);
  expect(historyLimitReason(job, { channels: ["channel-0", "channel-9"] })).toBeUndefined();
  expect(historyLimitReason(job, { channels: ["channel-9", "channel-10"] })).toMatch(/at most 10 channels/);
});

test("a job that was stopped and registered without end is refused in the end, and can always be stopped", () => {
  let job = stopped;
  while (historyLimitReason(job, {}) === undefined) job = stopTracking(registerAgain(job, {}, START, RULES), START, RULES);
  expect(job.transitions.length).toBeGreaterThanOrEqual(200);
  expect(job.transitions.length).toBeLessThanOrEqual(202);
});

test("a change beyond the history limit is applied without a transition, and the stop is recorded", () => {
  let job = running;
  for (let count = 0; count < HISTORY_LIMIT.transitions + 5; count++)
    job = changeJob(job, { title: `title ${count}` }, LATER, RULES, "ci");
  expect(job).toMatchObject({ title: `title ${HISTORY_LIMIT.transitions + 4}` });
  expect(job.transitions).toHaveLength(HISTORY_LIMIT.transitions);
  expect(stopTracking(job, LATER, RULES, "ci").transitions.at(-1)).toMatchObject({ kind: "stopped", by: "ci" });
});
