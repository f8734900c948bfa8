import { expect, test } from "vitest";
import { nextDeadline } from "../../lib/domain/job/deadline.ts";
import type { Usual, Watch } from "../../lib/domain/job/job.ts";
import { DAY, HOUR, MINUTE, RULES, START } from "./script.ts";

const since = (minutes: number) => START + minutes * MINUTE;

const USUAL: Usual = {
  jobs: 10,
  lowMs: 10 * MINUTE,
  medianMs: 15 * MINUTE,
  highMs: 19 * MINUTE,
  p95Ms: 20 * MINUTE,
};

test.each<{ name: string; watch: Partial<Watch>; usual?: Usual; after: number }>([
  { name: "1.5 times what 19 of 20 such jobs take at most", watch: { beginTime: START }, usual: USUAL, after: 30 * MINUTE },
  {
    name: "what is usual before a longer expectedMinutes",
    watch: { beginTime: START, expectedMinutes: 90 },
    usual: USUAL,
    after: 30 * MINUTE,
  },
  {
    name: "a shorter expectedMinutes before what is usual",
    watch: { beginTime: START, expectedMinutes: 10 },
    usual: USUAL,
    after: 10 * MINUTE,
  },
  {
    name: "lateness from the first registration, though the job was registered again since",
    watch: { registeredAt: since(-50), expectedMinutes: 60 },
    after: 10 * MINUTE,
  },
  {
    name: "no lateness in the first 5 minutes after another registration",
    watch: { registeredAt: since(-600) },
    after: 5 * MINUTE,
  },
  {
    name: "no lateness in the first 5 minutes, whatever is usual",
    watch: { beginTime: since(-600) },
    usual: USUAL,
    after: 5 * MINUTE,
  },
  { name: "a reminder, whatever is usual", watch: { late: { told: 1, at: since(60) } }, usual: USUAL, after: 2 * HOUR },
  { name: "LATE_AFTER_MINUTES where nobody said what to expect", watch: { beginTime: START }, after: HOUR },
  { name: "expectedMinutes before LATE_AFTER_MINUTES", watch: { beginTime: START, expectedMinutes: 90 }, after: 90 * MINUTE },
  { name: "lateness from the begin of the job", watch: { beginTime: since(-20) }, after: 40 * MINUTE },
  { name: "lateness from the registration while the begin is unknown", watch: {}, after: HOUR },
  { name: "no lateness in the first 5 minutes of a watch", watch: { beginTime: since(-600) }, after: 5 * MINUTE },
  {
    name: "no lateness in the first 5 minutes, whatever is expected",
    watch: { beginTime: START, expectedMinutes: 1 },
    after: 5 * MINUTE,
  },
  { name: "the first reminder an hour after the notification", watch: { late: { told: 1, at: since(60) } }, after: 2 * HOUR },
  { name: "the second reminder 4 hours later", watch: { late: { told: 2, at: since(60) } }, after: 5 * HOUR },
  { name: "the third reminder a day later", watch: { late: { told: 3, at: since(60) } }, after: 25 * HOUR },
  { name: "every further reminder a day later", watch: { late: { told: 9, at: since(60) } }, after: 25 * HOUR },
  { name: "being lost, not late, while missing", watch: { missing: { since: since(30), looks: 2 } }, after: 45 * MINUTE },
  { name: "the watch limit before a later lateness", watch: { expectedMinutes: 60 * 24 * 40 }, after: 30 * DAY },
  { name: "the watch limit before a later reminder", watch: { late: { told: 9, at: START + 29.5 * DAY } }, after: 30 * DAY },
])("the next deadline is $name", ({ watch, usual, after }) => {
  expect(nextDeadline({ registeredAt: START, watchedSince: START, ...watch }, RULES, usual) - START).toBe(after);
});
