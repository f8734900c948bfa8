import { expect, test } from "vitest";
import { changeJob } from "../../../lib/domain/job/change.ts";
import type { Transition } from "../../../lib/domain/job/job.ts";
import { isForDigest, newsOf, notificationsFor, pendingNotification } from "../../../lib/domain/job/notifications.ts";
import type { JobState } from "../../../lib/domain/job/states.ts";
import type { NotifyOn, TransitionKind } from "../../../lib/domain/job/transitions.ts";
import { DAY, play, RULES, RUNNING, START, SUCCESS } from "./script.ts";

const ALL: NotifyOn[] = ["started", "succeeded", "failed", "late", "lost", "progress"];
const { job } = play([[0, RUNNING]]);
const change = (kind: TransitionKind, state: JobState, reason?: string): Transition => ({
  n: 3,
  at: START,
  kind,
  state,
  ...(reason !== undefined && { reason }),
});

test.each([
  { name: "a registration is nobody's news", transition: change("registered", "registered"), news: undefined },
  { name: "a job that waits is nobody's news", transition: change("status", "waiting"), news: undefined },
  { name: "a job that runs was started", transition: change("status", "running"), news: "started" },
  { name: "success is news of success", transition: change("status", "success"), news: "succeeded" },
  { name: "failed is news of a failure", transition: change("status", "failed"), news: "failed" },
  { name: "a sub job's step is progress", transition: change("sub-job", "running", "a: success"), news: "progress" },
  { name: "late is news of lateness", transition: change("late", "running"), news: "late" },
  { name: "a reminder is news of lateness", transition: change("reminder", "running"), news: "late" },
  { name: "lost is news of a loss", transition: change("lost", "lost", "no such job"), news: "lost" },
  {
    name: "an unknown status is the operators' news",
    transition: change("unknown-status", "running", "paused"),
    news: "operators",
  },
  { name: "a job that its team stopped is nobody's news", transition: change("stopped", "stopped"), news: undefined },
  {
    name: "the tracking limit is always news",
    transition: change("stopped", "stopped", "tracked for 30 days"),
    news: "always",
  },
])("$name", ({ transition, news }) => {
  expect(newsOf(transition)).toBe(news);
});

const STARTED = change("status", "running");
const SUCCEEDED = change("status", "success");
const LIMIT = change("stopped", "stopped", "tracked for 30 days");

test.each<{ name: string; transition: Transition; notifyOn?: NotifyOn[]; channelNotifyOn?: NotifyOn[]; delivered: string[] }>([
  { name: "by default ends are delivered", transition: SUCCEEDED, delivered: ["one", "two"] },
  { name: "by default a start is not delivered", transition: STARTED, delivered: [] },
  { name: "by default progress is not delivered", transition: change("sub-job", "running", "a: success"), delivered: [] },
  { name: "a job's own notifyOn decides", transition: STARTED, notifyOn: ["started"], delivered: ["one", "two"] },
  { name: "a job's own notifyOn excludes the rest", transition: SUCCEEDED, notifyOn: ["started"], delivered: [] },
  {
    name: "a channel's notifyOn decides if the job has none",
    transition: SUCCEEDED,
    channelNotifyOn: ["failed"],
    delivered: ["two"],
  },
  {
    name: "a job's own notifyOn overrides its channel's",
    transition: SUCCEEDED,
    notifyOn: ["succeeded"],
    channelNotifyOn: ["failed"],
    delivered: ["one", "two"],
  },
  { name: "the tracking limit is delivered whatever notifyOn is", transition: LIMIT, notifyOn: [], delivered: ["one", "two"] },
  {
    name: "operators' news is delivered only to them",
    transition: change("unknown-status", "running", "x"),
    notifyOn: ALL,
    delivered: ["ops"],
  },
])("$name", ({ transition, notifyOn, channelNotifyOn, delivered }) => {
  const rules = { ...RULES, channelNotifyOn: (channel: string) => (channel === "one" ? channelNotifyOn : undefined) };
  const tracked = { ...job, channels: ["one", "two", "one"], ...(notifyOn && { notifyOn }) };
  expect(notificationsFor(tracked, transition, rules).map(({ channel }) => channel)).toEqual(delivered);
});

const DIGEST_RULES = {
  ...RULES,
  channelDigest: (channel: string) => (channel === "one" ? { at: 480, weekdays: [1], timeZone: "UTC" } : undefined),
};
const MUTED = { notifyOn: [], channels: ["one", "two", "one"], silence: { until: START + DAY, by: "ci" } };

test.each<{ name: string; transition: Transition; delivered: string[] }>([
  { name: "a success", transition: SUCCEEDED, delivered: ["one"] },
  { name: "a failure", transition: change("status", "failed"), delivered: ["one"] },
  { name: "a loss", transition: change("lost", "lost", "404"), delivered: ["one"] },
  { name: "the tracking limit", transition: LIMIT, delivered: ["one"] },
  { name: "no job that its team stopped", transition: change("stopped", "stopped"), delivered: [] },
  { name: "no start", transition: STARTED, delivered: [] },
  { name: "nothing late", transition: change("late", "running"), delivered: [] },
  { name: "no unknown status", transition: change("unknown-status", "running", "x"), delivered: [] },
])("a digest has $name, whatever notifyOn or a silence is", ({ transition, delivered }) => {
  const digest = notificationsFor({ ...job, ...MUTED }, transition, DIGEST_RULES).filter(({ id }) => isForDigest(id));
  expect(digest.map(({ channel }) => channel)).toEqual(delivered);
});

test("a transition has separate notifications for the digest and for the message", () => {
  const notifications = notificationsFor({ ...job, channels: ["one", "two"] }, SUCCEEDED, DIGEST_RULES);
  const [first, , digest] = notifications;
  expect(notifications.map(({ id }) => isForDigest(id))).toEqual([false, false, true]);
  expect(digest).toEqual({ ...first, id: `digest-${first?.id}` });
});

test("a channel added after the end has the end in its digest, once", () => {
  const ended = play([[0, SUCCESS]], { channels: ["two"] }, DIGEST_RULES).job;
  const added = changeJob(ended, { channels: ["two", "one"] }, START + DAY, DIGEST_RULES);
  expect(added.notifications.filter(({ id }) => isForDigest(id))).toMatchObject([{ channel: "one", at: START + DAY }]);
  const left = changeJob(added, { channels: ["two"] }, START + DAY, DIGEST_RULES);
  expect(changeJob(left, { channels: ["two", "one"] }, START + 2 * DAY, DIGEST_RULES).notifications).toEqual(
    added.notifications,
  );
});

test("a notification is pending from the time of its transition", () => {
  expect(notificationsFor(job, SUCCEEDED, RULES)).toEqual([
    { id: expect.stringMatching(/^[0-9a-z]{11}$/), n: 3, channel: "storage-ops", state: "pending", at: START },
  ]);
});

test("a notification's id can be recomputed, and differs by job, transition and channel", () => {
  const id = (stored: string, n: number, channel: string) => pendingNotification(stored, { n, at: START }, channel).id;
  expect(id("job#a", 1, "one")).toBe(pendingNotification("job#a", { n: 1, at: START + 5 }, "one").id);
  const others = [id("job#a", 1, "one"), id("job#b", 1, "one"), id("job#a", 2, "one"), id("job#a", 1, "two")];
  expect(new Set(others).size).toBe(4);
});

test.each<[TransitionKind]>([
  ["registered"],
  ["status"],
  ["sub-job"],
  ["late"],
  ["reminder"],
  ["unknown-status"],
  ["lost"],
  ["stopped"],
])("the event bus receives %s once, whatever the job's options are", (kind) => {
  const rules = { ...RULES, eventsChannel: "events" };
  for (const channels of [[], ["general", "events"]]) {
    const delivered = notificationsFor({ ...job, notifyOn: [], channels }, change(kind, "running", "why"), rules);
    expect(delivered.filter(({ channel }) => channel === "events")).toHaveLength(1);
  }
});
