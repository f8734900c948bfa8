import { type Unreachable, wasSeen } from "../job/job.ts";
import type { ServiceKey } from "../job/names.ts";
import type { BackOff, Probes } from "../job/poller-state.ts";
import type { ServicePolls } from "../job/reachability.ts";
import type { DueJob } from "./look-at-job.ts";

/** The polls of one service of a project: what it asks to wait for, or its being unreachable, holds up no other service. */
export interface Service extends ServicePolls, OpenJobs {
  key: ServiceKey;
  /** Polls since the last report that failed. */
  unreachable: number;
  /** Its record waits to report that the service is reachable again. */
  noticeWaits: boolean;
  /** The cloud asked for no poll before; 0 where it did not. */
  restUntil: number;
  probes: Probes;
  /** A probe is under way. */
  isProbed: boolean;
}

export interface OpenJobs {
  open: number;
  /** Those that were seen before and whose own polls do not fail. */
  openSeen: number;
}

/** After so many failed polls in a row a service is only probed, one job at a time, until a poll is good. */
const FAILED_BEFORE_PROBING = 5;
/** Few jobs cost the cloud no more than probing would. */
const FEW_JOBS = 10;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = { seen: 15_000, unseen: 60_000 };

export function newService(key: ServiceKey, { restUntil = 0, probes }: BackOff = {}): Service {
  return {
    key,
    // How many are open is known when the first sweep is through: until then the service is probed on.
    ...{ good: 0, badLooks: probes ? FAILED_BEFORE_PROBING : 0, open: probes ? FEW_JOBS + 1 : 0, openSeen: 0, ended: [] },
    ...{ unreachable: 0, noticeWaits: false, restUntil, isProbed: false },
    probes: probes ?? newProbes(),
  };
}

function newProbes(): Probes {
  return { seen: { failed: 0, nextAt: 0 }, unseen: { failed: 0, nextAt: 0 } };
}

/** What the next tick goes on from; undefined where the service is polled as usual. */
export function backOffOf(service: Service, now: number): BackOff | undefined {
  const { restUntil, probes } = service;
  if (restUntil <= now && !isProbing(service)) return undefined;
  return { ...(restUntil > now && { restUntil }), ...(isProbing(service) && { probes }) };
}

export function isProbing({ badLooks, open }: Service): boolean {
  return badLooks >= FAILED_BEFORE_PROBING && open > FEW_JOBS;
}

export function kindOf({ watch }: Pick<DueJob, "watch">): keyof Probes {
  return wasSeen(watch) && watch.failing === undefined ? "seen" : "unseen";
}

/** The kind of jobs of which the next probe is. Jobs never seen tell little: they are probes only where there is no other open job. */
export function probeKind({ openSeen }: Service): keyof Probes {
  return openSeen > 0 ? "seen" : "unseen";
}

/** When a poll of the service may be begun at the earliest; infinite where another poll's end decides that, or a job to be due. */
export function readyAt(service: Service, now: number): number {
  if (service.restUntil > now) return service.restUntil;
  const { nextAt } = service.probes[probeKind(service)];
  return !service.isProbed && nextAt > now ? nextAt : Number.POSITIVE_INFINITY;
}

export function noteGood(service: Service): void {
  service.good++;
  service.badLooks = 0;
  service.probes = newProbes();
}

export function noteFailed(service: Service, bad: Unreachable, now: number): void {
  service.badLooks++;
  service.bad = bad;
  if (bad.restMs !== undefined) service.restUntil = now + bad.restMs;
}

/** A probe was not good: the next one of its kind waits longer. */
export function noteProbeFailed(service: Service, kind: keyof Probes, now: number): void {
  const probe = service.probes[kind];
  probe.failed++;
  probe.nextAt = now + Math.min(FIRST_WAIT_MS * 2 ** probe.failed, LONGEST_WAIT_MS[kind]);
}

/** What was found out since the last report; the service goes on from there. */
export function report(service: Service): Service {
  const found = { ...service };
  Object.assign(service, { good: 0, unreachable: 0, ended: [], noticeWaits: false });
  delete service.bad;
  return found;
}
