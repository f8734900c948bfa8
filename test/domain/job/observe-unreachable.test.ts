import { expect, test } from "vitest";
import type { Observation, Unreachable } from "../../../lib/domain/job/job.ts";
import type { JobOptions } from "../../../lib/domain/job/job-options.ts";
import { AWAY, FAILED, MINUTE, MISSING, play, RUNNING, type Script, START, SUCCESS, WAITING } from "./script.ts";

/** Only this job cannot be polled, since the second minute. */
const OWN: Unreachable = { ...AWAY, isOwn: true, since: START + 2 * MINUTE, requestId: "req-7" };
const at = (minutes: number[], observation: Observation): Script => minutes.map((minute) => [minute, observation]);
const options: Partial<JobOptions> = { channels: ["storage-ops"] };

test.each<{
  name: string;
  script: Script;
  history: string[];
  delivered?: string[];
  writes: number[];
  notifyOn?: JobOptions["notifyOn"];
}>([
  {
    name: "an outage of the whole service changes no job",
    script: [[0, RUNNING], ...at([1, 5, 20, 60], AWAY)],
    history: [],
    writes: [],
  },
  {
    name: "a job's own failing polls are written once, and again when its team is notified after 15 minutes",
    script: [[0, RUNNING], ...at([3, 4, 10, 16.9, 17, 18, 60], OWN)],
    history: ["17 unreachable running"],
    delivered: ["unreachable to storage-ops"],
    writes: [3, 17],
  },
  {
    name: "the team is notified again when the job can be polled",
    script: [[0, RUNNING], ...at([3, 17], OWN), ...at([20, 21], RUNNING)],
    history: ["17 unreachable running", "20 recovered running"],
    delivered: ["unreachable to storage-ops", "recovered to storage-ops"],
    writes: [3, 17, 20],
  },
  {
    name: "a change during the failing polls is recorded after the recovery",
    script: [[0, WAITING], ...at([3, 17], OWN), [20, RUNNING]],
    history: ["17 unreachable waiting", "20 recovered waiting", "20 status running"],
    delivered: ["unreachable to storage-ops", "recovered to storage-ops"],
    writes: [3, 17, 20],
  },
  {
    name: "an end is recorded without a recovery",
    script: [[0, RUNNING], ...at([3, 17], OWN), [20, SUCCESS]],
    history: ["17 unreachable running", "20 status success"],
    delivered: ["unreachable to storage-ops", "success to storage-ops"],
    writes: [3, 17, 20],
  },
  {
    name: "a failed job is recorded without a recovery",
    script: [[0, RUNNING], ...at([3, 17], OWN), [20, FAILED]],
    history: ["17 unreachable running", "20 status failed"],
    delivered: ["unreachable to storage-ops", "failed to storage-ops"],
    writes: [3, 17, 20],
  },
  {
    name: "polls that fail for less than 15 minutes add no transition",
    script: [[0, RUNNING], ...at([3, 16], OWN), [17, RUNNING]],
    history: [],
    writes: [3, 17],
  },
  {
    name: "a missing job counts as recovered",
    script: [[0, RUNNING], ...at([3, 17], OWN), [20, MISSING]],
    history: ["17 unreachable running", "20 recovered running"],
    delivered: ["unreachable to storage-ops", "recovered to storage-ops"],
    writes: [3, 17, 20],
  },
  {
    name: "a job whose first poll failed is reported 15 minutes after its registration",
    script: [[0, AWAY], ...at([10, 15], { ...OWN, since: START + 9 * MINUTE })],
    history: ["15 unreachable registered"],
    delivered: ["unreachable to storage-ops"],
    writes: [15],
  },
  {
    name: "a team with notifyOn failed is not notified",
    script: [[0, RUNNING], ...at([3, 17], OWN), [20, RUNNING]],
    notifyOn: ["failed"],
    history: ["17 unreachable running", "20 recovered running"],
    delivered: [],
    writes: [3, 17, 20],
  },
])("$name", ({ script, history, delivered = [], writes, notifyOn }) => {
  const played = play(script, { channels: ["storage-ops"], ...options, ...(notifyOn && { notifyOn }) });
  const first = script[0]?.[1].kind === "unreachable" ? 1 : 2;
  expect(played.history.slice(first)).toEqual(history);
  expect(played.delivered).toEqual(delivered);
  expect(played.writes).toEqual(writes);
});

test("reasons and request ids are stored while polls fail, and removed when they succeed", () => {
  const failing = play([[0, RUNNING], ...at([3], OWN)]).job;
  expect(failing.failing).toEqual({ since: START + 2 * MINUTE, cause: "unavailable", reason: "HTTP 503", requestId: "req-7" });
  expect(play([[0, RUNNING], ...at([3], OWN), [4, RUNNING]]).job.failing).toBeUndefined();
  const missing = play([[0, RUNNING], ...at([3], { ...MISSING, requestId: "req-8" })]).job;
  expect(missing.missing).toMatchObject({ wasSeen: true, reason: MISSING.reason, requestId: "req-8" });
  expect(play([[0, MISSING]]).job.missing?.wasSeen).toBeUndefined();
});
