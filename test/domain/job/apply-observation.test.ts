import { describe, expect, test } from "vitest";
import { HISTORY_LIMIT } from "../../../lib/domain/job/rules.ts";
import { AWAY, each, FAILED, MISSING, play, RUNNING, type Script, SUCCESS, seen, strange, WAITING } from "./script.ts";

interface Row {
  name: string;
  script: Script;
  history: string[];
  delivered?: string[];
}

const AT_REGISTRATION = "0 registered registered";

const STATES: Row[] = [
  {
    name: "transition 1 is the registration, transition 2 the status of the first poll",
    script: [[0, RUNNING]],
    history: [AT_REGISTRATION, "0 status running"],
  },
  {
    name: "an unreachable first poll adds no transition",
    script: [[0, AWAY]],
    history: [AT_REGISTRATION],
  },
  {
    name: "every new status is a transition, and by default only the end is delivered",
    script: [
      [0, WAITING],
      [1, RUNNING],
      [2, RUNNING],
      [3, SUCCESS],
    ],
    history: [AT_REGISTRATION, "0 status waiting", "1 status running", "3 status success"],
    delivered: ["success to storage-ops"],
  },
  {
    name: "a failure is delivered",
    script: [
      [0, RUNNING],
      [3, FAILED],
    ],
    history: [AT_REGISTRATION, "0 status running", "3 status failed"],
    delivered: ["failed to storage-ops"],
  },
  {
    name: "a job that has ended before its registration is delivered too",
    script: [[0, SUCCESS]],
    history: [AT_REGISTRATION, "0 status success"],
    delivered: ["success to storage-ops"],
  },
  {
    name: "a job ends by its status only: an end time, an error code and ended sub jobs keep it open",
    script: [
      [0, RUNNING],
      [1, seen("running", { endTime: 1, errorCode: "SFS.TURBO.0001", subJobs: [{ jobId: "a", state: "success" }] })],
      [2, SUCCESS],
    ],
    history: [AT_REGISTRATION, "0 status running", "1 sub-job running", "2 status success"],
    delivered: ["success to storage-ops"],
  },
  {
    name: "an unknown status keeps the job open and is delivered once, to the operators",
    script: [
      [0, RUNNING],
      [1, strange("paused")],
      [2, strange("paused")],
      [3, RUNNING],
      [4, strange("paused")],
      [5, SUCCESS],
    ],
    history: [AT_REGISTRATION, "0 status running", "1 unknown-status running", "5 status success"],
    delivered: ["unknown-status to ops", "success to storage-ops"],
  },
  {
    name: "an unreachable cloud does not change the job",
    script: [[0, RUNNING], ...each([1, 2, 20, 40], AWAY), [41, SUCCESS]],
    history: [AT_REGISTRATION, "0 status running", "41 status success"],
    delivered: ["success to storage-ops"],
  },
];

test.each(STATES)("$name", ({ script, history, delivered = [] }) => {
  const played = play(script);
  expect(played.history).toEqual(history);
  expect(played.delivered).toEqual(delivered);
});

describe("an end is final", () => {
  test.each([
    {
      name: "running after success is an anomaly",
      end: [[0, SUCCESS]] as Script,
      poll: RUNNING,
      anomaly: /running after success/,
    },
    {
      name: "success after failed is an anomaly",
      end: [[0, FAILED]] as Script,
      poll: SUCCESS,
      anomaly: /success after failed/,
    },
    {
      name: "a lost job that reappears is an anomaly",
      end: each([0, 5, 15], MISSING),
      poll: RUNNING,
      anomaly: /running after lost/,
    },
    { name: "success after success is no anomaly", end: [[0, SUCCESS]] as Script, poll: SUCCESS },
    { name: "a finished job that the cloud deletes is no anomaly", end: [[0, SUCCESS]] as Script, poll: MISSING },
    { name: "an unknown status after the end is no anomaly", end: [[0, SUCCESS]] as Script, poll: strange("archived") },
    { name: "an unreachable cloud is no anomaly", end: [[0, FAILED]] as Script, poll: AWAY },
  ])("$name, and nothing changes", ({ end, poll, anomaly }) => {
    const played = play([...end, ...each([40, 50_000], poll)]);
    expect(played.job).toEqual(play(end).job);
    expect(played.writes.filter((minute) => minute >= 40)).toEqual([]);
    expect(played.anomalies).toEqual(anomaly ? [expect.stringMatching(anomaly), expect.stringMatching(anomaly)] : []);
  });
});

test.each([
  {
    name: "a failure has the cloud's reason",
    details: { failReason: "no quota", errorCode: "SFS.TURBO.0101" },
    reason: "no quota",
  },
  { name: "a failure without a reason has the code as its reason", details: { errorCode: "any.code-1" }, reason: "any.code-1" },
  { name: "a failure with neither has no reason", details: {}, reason: undefined },
])("$name", ({ details, reason }) => {
  expect(play([[0, seen("failed", details)]]).job.transitions.at(-1)?.reason).toBe(reason);
});

test("a job that keeps flapping stops growing, and its end is still recorded and delivered", () => {
  const flaps: Script = Array.from({ length: 300 }, (_, index) => [index / 10, index % 2 ? WAITING : RUNNING]);
  const { job, delivered } = play([...flaps, [40, FAILED]], { channels: ["storage-ops"], notifyOn: ["failed", "progress"] });
  expect(job.transitions).toHaveLength(HISTORY_LIMIT.transitions + 1);
  expect(job.state).toBe("failed");
  expect(delivered).toEqual(["failed to storage-ops"]);
});
