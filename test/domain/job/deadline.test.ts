import { expect, test } from "vitest";
import { nextDeadline } from "../../../lib/domain/job/deadline.ts";
import type { Tracking, TypicalDuration } from "../../../lib/domain/job/job.ts";
import { DAY, HOUR, MINUTE, RULES, START } from "./script.ts";

const since = (minutes: number) => START + minutes * MINUTE;

const TYPICAL: TypicalDuration = {
  jobs: 10,
  lowMs: 10 * MINUTE,
  medianMs: 15 * MINUTE,
  highMs: 19 * MINUTE,
  p95Ms: 20 * MINUTE,
};

test.each<{ name: string; tracking: Partial<Tracking>; typical?: TypicalDuration; after: number }>([
  {
    name: "1.5 times the 95th percentile of such jobs",
    tracking: { beginTime: START },
    typical: TYPICAL,
    after: 30 * MINUTE,
  },
  {
    name: "the typical duration before a longer expectedMinutes",
    tracking: { beginTime: START, expectedMinutes: 90 },
    typical: TYPICAL,
    after: 30 * MINUTE,
  },
  {
    name: "a shorter expectedMinutes before the typical duration",
    tracking: { beginTime: START, expectedMinutes: 10 },
    typical: TYPICAL,
    after: 10 * MINUTE,
  },
  {
    name: "lateness from the first registration, even if the job was registered again",
    tracking: { registeredAt: since(-50), expectedMinutes: 60 },
    after: 10 * MINUTE,
  },
  {
    name: "no lateness in the first 5 minutes after another registration",
    tracking: { registeredAt: since(-600) },
    after: 5 * MINUTE,
  },
  {
    name: "no lateness in the first 5 minutes, whatever is typical",
    tracking: { beginTime: since(-600) },
    typical: TYPICAL,
    after: 5 * MINUTE,
  },
  {
    name: "a reminder, whatever is typical",
    tracking: { late: { count: 1, at: since(60) } },
    typical: TYPICAL,
    after: 2 * HOUR,
  },
  { name: "LATE_AFTER_MINUTES if nothing else is known", tracking: { beginTime: START }, after: HOUR },
  {
    name: "expectedMinutes before LATE_AFTER_MINUTES",
    tracking: { beginTime: START, expectedMinutes: 90 },
    after: 90 * MINUTE,
  },
  { name: "lateness from the begin of the job", tracking: { beginTime: since(-20) }, after: 40 * MINUTE },
  { name: "lateness from the registration while the begin is unknown", tracking: {}, after: HOUR },
  { name: "no lateness in the first 5 minutes of tracking", tracking: { beginTime: since(-600) }, after: 5 * MINUTE },
  {
    name: "no lateness in the first 5 minutes, whatever is expected",
    tracking: { beginTime: START, expectedMinutes: 1 },
    after: 5 * MINUTE,
  },
  {
    name: "the first reminder an hour after the notification",
    tracking: { late: { count: 1, at: since(60) } },
    after: 2 * HOUR,
  },
  { name: "the second reminder 4 hours later", tracking: { late: { count: 2, at: since(60) } }, after: 5 * HOUR },
  { name: "the third reminder a day later", tracking: { late: { count: 3, at: since(60) } }, after: 25 * HOUR },
  { name: "every further reminder a day later", tracking: { late: { count: 9, at: since(60) } }, after: 25 * HOUR },
  { name: "being lost, not late, while missing", tracking: { missing: { since: since(30), polls: 2 } }, after: 45 * MINUTE },
  { name: "the tracking limit before a later lateness", tracking: { expectedMinutes: 60 * 24 * 40 }, after: 30 * DAY },
  {
    name: "the tracking limit before a later reminder",
    tracking: { late: { count: 9, at: START + 29.5 * DAY } },
    after: 30 * DAY,
  },
])("the next deadline is $name", ({ tracking, typical, after }) => {
  expect(nextDeadline({ registeredAt: START, trackedSince: START, ...tracking }, RULES, typical) - START).toBe(after);
});
