import { expect, test } from "vitest";
import { AWAY, each, MISSING, play, RUNNING, type Script } from "./script.ts";

interface Row {
  name: string;
  script: Script;
  history: string[];
  delivered?: string[];
}

const AT_REGISTRATION = "0 registered registered";

const LOSSES: Row[] = [
  {
    name: "a job missing for 15 minutes and 3 polls is lost",
    script: [[0, RUNNING], ...each([10, 15, 24, 25], MISSING)],
    history: [AT_REGISTRATION, "0 status running", "25 lost lost"],
    delivered: ["lost to storage-ops"],
  },
  {
    name: "a job missing for less is not lost, however often it was polled",
    script: [[0, RUNNING], ...each([10, 11, 12, 13, 14, 20, 24.9], MISSING)],
    history: [AT_REGISTRATION, "0 status running"],
  },
  {
    name: "two missing polls are too few, however far apart",
    script: [[0, RUNNING], ...each([10, 500], MISSING)],
    history: [AT_REGISTRATION, "0 status running"],
  },
  {
    name: "the third missing poll decides after an outage of the service",
    script: [[0, RUNNING], ...each([10, 500, 500.2], MISSING)],
    history: [AT_REGISTRATION, "0 status running", "500.2 lost lost"],
    delivered: ["lost to storage-ops"],
  },
  {
    name: "a job missing since its registration is lost 15 minutes later",
    script: each([0, 5, 14.9, 15], MISSING),
    history: [AT_REGISTRATION, "15 lost lost"],
    delivered: ["lost to storage-ops"],
  },
  {
    name: "a poll dated before the registration counts from the registration",
    script: [[0, AWAY], ...each([-10, 1, 6, 14, 15], MISSING)],
    history: [AT_REGISTRATION, "15 lost lost"],
    delivered: ["lost to storage-ops"],
  },
  {
    name: "a job seen in between starts to count again",
    script: [[0, RUNNING], ...each([1, 5, 15], MISSING), [15.5, RUNNING], ...each([16, 20, 30.9], MISSING)],
    history: [AT_REGISTRATION, "0 status running"],
  },
  {
    name: "an unreachable poll in between does not restart the count",
    script: [
      [0, RUNNING],
      [1, MISSING],
      [2, AWAY],
      [3, MISSING],
      [15, AWAY],
      [16, MISSING],
    ],
    history: [AT_REGISTRATION, "0 status running", "16 lost lost"],
    delivered: ["lost to storage-ops"],
  },
];

test.each(LOSSES)("$name", ({ script, history, delivered = [] }) => {
  const played = play(script);
  expect(played.history).toEqual(history);
  expect(played.delivered).toEqual(delivered);
});
