import type { Observation, Seen } from "../../../lib/domain/job/job.ts";
import type { Plan, Script } from "./plan.ts";
import type { CloudError } from "./random-faults.ts";

export const BACK_OFF_MS = 20_000;

/** Returns the cloud's response about a job at a time. `now` and the script count from the start of the plan, returned times do not. */
export function observationOf(plan: Plan, jobId: string, start: number, now: number, fault?: CloudError): Observation {
  const script = plan.jobs.find((job) => job.jobId === jobId)?.script;
  if (fault === "throttled") return { kind: "unreachable", cause: fault, reason: "429", retryAfterMs: BACK_OFF_MS };
  if (fault !== undefined && fault !== "missing") return { kind: "unreachable", cause: fault, reason: "simulated" };
  if (fault === "missing" || script === undefined || now < script.knownAt)
    return { kind: "missing", reason: "SFS.TURBO.0019 Invalid Job Id" };
  return seenOf(script, start, now);
}

function stateOf({ runningAt, endAt, end }: Script, now: number): NonNullable<Seen["state"]> {
  if (now >= endAt) return end;
  return now >= runningAt ? "running" : "waiting";
}

function seenOf(script: Script, start: number, now: number): Seen {
  const state = stateOf(script, now);
  const half = script.runningAt + (script.endAt - script.runningAt) / 2;
  return {
    kind: "seen",
    state,
    jobType: "extend_share",
    beginTime: start + script.knownAt,
    ...(now >= script.endAt && { endTime: start + script.endAt }),
    ...(state === "failed" && { failReason: "no space" }),
    subJobs: state === "running" ? [{ jobId: "sub", state: now < half ? "waiting" : "running" }] : [],
  };
}
