import { hashFraction } from "../job/hash.ts";
import type { Clock } from "../ports.ts";
import type { Hands } from "./hands.ts";
import type { DueJob, ServicePass } from "./look-at-job.ts";
import type { RateBudget } from "./rate-budget.ts";

/** The polls of one service of a project: what waits for its rest or its reachability holds up no other service. */
export interface Lane {
  /** Shared by all services of the project. */
  budget: RateBudget;
  /** Looks in a row that were not good, over the passes of a tick. */
  badLooks: number;
  /** While the service is behind: when its jobs were looked at in this tick, so that none is twice for one due time. */
  looked: Map<string, number>;
}

/** After so many failed polls in a row a service is only probed: one look a pass, until one is good. */
export const BAD_LOOKS_BEFORE_PROBING = 5;
/** Few jobs cost the cloud no more than probing would. */
const FEW_JOBS = 10;

interface Drive {
  clock: Clock;
  hands: Hands;
  lastLookAt: number;
  look: (due: DueJob) => Promise<void>;
}

/** Makes the polls that a service has due. Those that its rest, its reachability, the budget or the clock forbid are left out. */
export async function driveLane(lane: Lane, service: ServicePass, due: DueJob[], drive: Drive): Promise<void> {
  const { clock, hands, lastLookAt } = drive;
  const isProbing = () => service.badLooks >= BAD_LOOKS_BEFORE_PROBING && service.open > FEW_JOBS;
  const [last, others] = [due.filter(({ isLast }) => isLast), due.filter(({ isLast }) => !isLast)];
  const jobs = [...last, ...(isProbing() ? anyFirst(others, clock.now()) : others)];
  const underWay = new Set<Promise<void>>();
  let probed = false;
  for (const [index, job] of jobs.entries()) {
    const probing = isProbing() && !job.isLast;
    if (service.restUntil > clock.now() || (probing && probed) || !(await lane.budget.take(lastLookAt))) {
      for (const left of jobs.slice(index)) leaveOut(service, left);
      break;
    }
    await hands.take(lane);
    lane.looked.set(job.pk, clock.now());
    const look = drive.look(job).finally(() => {
      hands.give(lane);
      underWay.delete(look);
    });
    underWay.add(look);
    if (probing) await look;
    probed ||= probing;
  }
  await Promise.all(underWay);
  hands.leave(lane);
  lane.badLooks = service.badLooks;
}

/** Where some jobs answer badly for ever, another one is probed each time. */
function anyFirst(due: DueJob[], now: number): DueJob[] {
  const chosen = Math.floor(hashFraction(String(now)) * due.length);
  return [...due.slice(chosen), ...due.slice(0, chosen)];
}

export function leaveOut(service: ServicePass, { dueAt }: DueJob): void {
  service.leftOutSince = Math.min(service.leftOutSince, dueAt);
}
