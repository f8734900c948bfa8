import { describe, expect, test } from "vitest";
import type { JobOptions } from "../../../lib/domain/job/job-options.ts";
import { AWAY, each, FAILED, MINUTE, MISSING, play, RUNNING, type Script, START, SUCCESS, seen } from "./script.ts";

const begun = (minute: number) => seen("running", { beginTime: START + minute * MINUTE });

interface Row {
  name: string;
  script: Script;
  options?: Partial<JobOptions>;
  /** Transitions after the registration and the first poll. */
  history: string[];
  delivered: string[];
}

const LATE = "late to storage-ops";
const REMINDER = "reminder to storage-ops";

const LATENESS: Row[] = [
  {
    name: "a late job is reported once, then reminders follow at growing gaps",
    script: [[0, begun(0)], ...each([59.9, 60, 61, 119, 120, 359, 360, 1799, 1800, 3239, 3240], begun(0))],
    history: [
      "60 late running",
      "120 reminder running",
      "360 reminder running",
      "1800 reminder running",
      "3240 reminder running",
    ],
    delivered: [LATE, REMINDER, REMINDER, REMINDER, REMINDER],
  },
  {
    name: "an old job is not late at once when it is registered",
    script: [[0, begun(-600)], ...each([1, 4.9, 5], begun(-600))],
    history: ["5 late running"],
    delivered: [LATE],
  },
  {
    name: "a job that waits for hours is late too",
    script: [
      [0, seen("waiting")],
      [61, seen("waiting")],
    ],
    history: ["61 late waiting"],
    delivered: [LATE],
  },
  {
    name: "expectedMinutes makes a job late",
    script: [[0, begun(0)], ...each([9, 10], begun(0))],
    options: { expectedMinutes: 10 },
    history: ["10 late running"],
    delivered: [LATE],
  },
  {
    name: "lateness is not reported while the cloud is unreachable, but at the next successful poll",
    script: [
      [0, begun(0)],
      [61, AWAY],
      [70, AWAY],
      [75, begun(0)],
    ],
    history: ["75 late running"],
    delivered: [LATE],
  },
  {
    name: "lateness is not reported while the job is missing",
    script: [
      [0, begun(0)],
      [58, begun(0)],
      [61, MISSING],
      [62, MISSING],
      [63, begun(0)],
    ],
    history: ["63 late running"],
    delivered: [LATE],
  },
  {
    name: "a poll after the deadline that sees the end reports only the end",
    script: [
      [0, begun(0)],
      [61, SUCCESS],
    ],
    history: ["61 status success"],
    delivered: ["success to storage-ops"],
  },
  {
    name: "the end of a late job is reported",
    script: [
      [0, begun(0)],
      [60, begun(0)],
      [70, FAILED],
      [500, RUNNING],
    ],
    history: ["60 late running", "70 status failed"],
    delivered: [LATE, "failed to storage-ops"],
  },
];

const LIMIT = 30 * 24 * 60;
const LIMITS: Row[] = [
  {
    name: "tracking ends at its limit, and every channel is notified whatever notifyOn is",
    script: [
      [0, RUNNING],
      [LIMIT - 1, RUNNING],
      [LIMIT, RUNNING],
      [LIMIT + 1, RUNNING],
    ],
    options: { channels: ["storage-ops", "quiet"], notifyOn: ["failed"] },
    history: [`${LIMIT - 1} late running`, `${LIMIT} stopped stopped`],
    delivered: ["stopped to storage-ops", "stopped to quiet"],
  },
  {
    name: "tracking ends at its limit even if the cloud is unreachable",
    script: [
      [0, RUNNING],
      [LIMIT, AWAY],
    ],
    history: [`${LIMIT} stopped stopped`],
    delivered: ["stopped to storage-ops"],
  },
  {
    name: "an end seen at the tracking limit is an end",
    script: [
      [0, RUNNING],
      [LIMIT, SUCCESS],
    ],
    history: [`${LIMIT} status success`],
    delivered: ["success to storage-ops"],
  },
];

test.each([...LATENESS, ...LIMITS])("$name", ({ script, options, history, delivered }) => {
  const played = play(script, { channels: ["storage-ops"], ...options });
  expect(played.history.slice(2)).toEqual(history);
  expect(played.delivered).toEqual(delivered);
});

describe("the reason of the tracking limit", () => {
  test.each([
    {
      name: "the last state and when it was seen",
      polls: [
        [0, seen("waiting")],
        [LIMIT, seen("waiting")],
      ],
      says: "tracked for 30 days, last seen waiting at 2026-04-01 09:00 UTC",
    },
    {
      name: "since when it was missing",
      polls: [
        [0, seen("running")],
        [LIMIT - 5, MISSING],
        [LIMIT, MISSING],
      ],
      says: "tracked for 30 days, last seen running at 2026-04-01 08:55 UTC",
    },
    {
      name: "since when its service was unreachable",
      polls: [
        [0, seen("running")],
        [LIMIT, { ...AWAY, since: START + 60_000 }],
      ],
      says: "tracked for 30 days, last seen running at 2026-03-02 09:01 UTC",
    },
    {
      name: "that the job was never seen",
      polls: [
        [0, AWAY],
        [LIMIT, AWAY],
      ],
      says: "tracked for 30 days, never seen in the cloud",
    },
  ] satisfies { name: string; polls: Script; says: string }[])("states $name", ({ polls, says }) => {
    expect(play(polls as Script).job.transitions.at(-1)?.reason).toBe(says);
  });
});
