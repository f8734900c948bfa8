import type { ServicePolls } from "../domain/health/reachability.ts";
import type { Unreachable } from "../domain/job/job.ts";
import type { ServiceKey } from "../domain/table-keys.ts";
import { SHARED_CAUSES } from "../shared/job-health.ts";

/** Results of the polls of one service of a project, over all teams. */
export interface PolledService extends ServicePolls {
  key: ServiceKey;
  /** Failed polls since the last report. */
  unreachable: number;
  /** Its record still has to report that the service is reachable again. */
  noticeWaits: boolean;
  /** No polls before this time, as the cloud requested. 0 without such a request. */
  backOffUntil: number;
}

export function newPolledService(key: ServiceKey, backOffUntil = 0): PolledService {
  return { key, good: 0, failedPolls: 0, open: 0, ended: [], unreachable: 0, noticeWaits: false, backOffUntil };
}

export function noteGood(service: PolledService): void {
  service.good++;
  service.failedPolls = 0;
  delete service.badSince;
}

/** Counts a failed poll or list. `answers`: the service has just answered another one, so only a shared cause counts against it. */
export function noteFailed(service: PolledService, bad: Unreachable, answers: boolean, at: number): void {
  service.unreachable++;
  service.badSince ??= at;
  if (answers && !SHARED_CAUSES.has(bad.cause)) return;
  service.failedPolls++;
  service.bad = bad;
}

/** The cloud can request that its service is left alone for a time. */
export function backOff(service: PolledService, { retryAfterMs }: Pick<Unreachable, "retryAfterMs">, now: number): void {
  if (retryAfterMs !== undefined) service.backOffUntil = now + retryAfterMs;
}

/** Returns the results since the last report, and starts the next period. */
export function takeReport(service: PolledService): PolledService {
  const results = { ...service };
  Object.assign(service, { good: 0, unreachable: 0, ended: [], noticeWaits: false });
  delete service.bad;
  return results;
}
