import type { ServicePolls } from "../domain/health/reachability.ts";
import type { Unreachable } from "../domain/job/job.ts";
import type { ServiceKey } from "../domain/table-keys.ts";

/** What the polls of one service of a project find out about it, over all teams. */
export interface Service extends ServicePolls {
  key: ServiceKey;
  /** Polls since the last report that failed. */
  unreachable: number;
  /** Its record waits to report that the service is reachable again. */
  noticeWaits: boolean;
  /** The cloud asked for no poll before; 0 where it did not. */
  backOffUntil: number;
}

export function newService(key: ServiceKey, backOffUntil = 0): Service {
  return { key, good: 0, failedPolls: 0, open: 0, ended: [], unreachable: 0, noticeWaits: false, backOffUntil };
}

export function noteGood(service: Service): void {
  service.good++;
  service.failedPolls = 0;
  delete service.badSince;
}

export function noteFailed(service: Service, bad: Unreachable): void {
  service.failedPolls++;
  service.bad = bad;
}

/** What was found out since the last report; the service goes on from there. */
export function report(service: Service): Service {
  const found = { ...service };
  Object.assign(service, { good: 0, unreachable: 0, ended: [], noticeWaits: false });
  delete service.bad;
  return found;
}
