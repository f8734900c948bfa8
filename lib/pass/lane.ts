import { hashFraction } from "../job/hash.ts";
import type { Clock } from "../ports.ts";
import type { Hands } from "./hands.ts";
import type { DueJob, ProjectPass } from "./look-at-job.ts";
import type { RateBudget } from "./rate-budget.ts";

/** The looks of one project: what waits for its rate budget, its rest or its sight holds up no other project. */
export interface Lane {
  budget: RateBudget;
  /** Looks in a row that were not good, over the passes of a tick. */
  badLooks: number;
  /** While the project is behind: when its jobs were looked at in this tick, so that none is twice for one due time. */
  looked: Map<string, number>;
}

/** After so many bad looks in a row a project is only probed: one look a pass, until one is good. */
export const BAD_LOOKS_BEFORE_PROBING = 5;
/** Few jobs cost the cloud no more than probing would. */
const FEW_JOBS = 10;

interface Drive {
  clock: Clock;
  hands: Hands;
  lastLookAt: number;
  look: (due: DueJob) => Promise<void>;
}

/** Makes the looks that a project has due. Those that its rest, its sight, its budget or the clock forbid are left out. */
export async function driveLane(lane: Lane, project: ProjectPass, due: DueJob[], drive: Drive): Promise<void> {
  const { clock, hands, lastLookAt } = drive;
  const isProbing = () => project.badLooks >= BAD_LOOKS_BEFORE_PROBING && project.open > FEW_JOBS;
  const jobs = isProbing() ? anyFirst(due, clock.now()) : due;
  const underWay: Promise<void>[] = [];
  let probed = false;
  for (const [index, job] of jobs.entries()) {
    const probing = isProbing();
    if (project.restUntil > clock.now() || (probing && probed) || !(await lane.budget.take(lastLookAt))) {
      for (const left of jobs.slice(index)) leaveOut(project, left);
      break;
    }
    await hands.take(lane);
    lane.looked.set(job.pk, clock.now());
    const look = drive.look(job).finally(() => hands.give(lane));
    underWay.push(look);
    if (probing) await look;
    probed ||= probing;
  }
  await Promise.all(underWay);
  hands.leave(lane);
  lane.badLooks = project.badLooks;
}

/** Where some jobs answer badly for ever, another one is probed each time. */
function anyFirst(due: DueJob[], now: number): DueJob[] {
  const chosen = Math.floor(hashFraction(String(now)) * due.length);
  return [...due.slice(chosen), ...due.slice(0, chosen)];
}

export function leaveOut(project: ProjectPass, { dueAt }: DueJob): void {
  project.leftOutSince = Math.min(project.leftOutSince, dueAt);
}
