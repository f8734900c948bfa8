import type { Missing, Observation } from "./job.ts";

/** What is known about a job when the cloud rejects a poll. */
export interface Evidence {
  /** This job was seen before. */
  wasSeen: boolean;
  /** Another job of the same service and project was seen within the last `lostAfterMs`. */
  othersSeen: boolean;
}

/** Decides a conditional "missing". Returns it without its condition if the condition holds, else an unreachable observation. */
export function resolveMissing(observation: Observation, evidence: Evidence): Observation {
  if (observation.kind !== "missing" || observation.onlyIf === undefined) return observation;
  const { onlyIf, ...missing } = observation;
  if (holds(onlyIf, evidence)) return missing;
  const { isGone: _, reason, ...rest } = missing;
  // If the condition does not hold, the response means a missing permission; with "never-seen" it means a wrong configuration.
  return { ...rest, kind: "unreachable", cause: onlyIf === "never-seen" ? "configuration" : "not-permitted", reason };
}

function holds(condition: NonNullable<Missing["onlyIf"]>, { wasSeen, othersSeen }: Evidence): boolean {
  switch (condition) {
    case "never-seen":
      return !wasSeen;
    case "seen-before":
      return wasSeen;
    case "others-seen":
      return othersSeen;
    case "any-seen":
      return wasSeen || othersSeen;
  }
}
