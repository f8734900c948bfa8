import type { Delivery } from "../delivery/deliver.ts";
import { LONGEST_GAP_MS, newService, noticeGap, type Service, tellOutage } from "../domain/health/downtime.ts";
import type { PollerState } from "../domain/schedule/poller-state.ts";
import { openEntry, type Subject } from "../domain/stored-record.ts";
import { servicePk } from "../domain/table-keys.ts";
import type { Cycle, Ports } from "../ports.ts";
import { faultOf } from "../shared/error-fields.ts";
import { saveChange } from "../shared/save-record.ts";
import type { Service as PolledService } from "./service-polls.ts";
import type { Sweep } from "./sweep.ts";

export interface OutageNotice {
  afterPass(services: ReadonlyMap<string, PolledService>, sweep: Pick<Sweep, "isWhole" | "serviceWaits">): Promise<void>;
  /** The tick ends: what no whole pass could say is said now. Gives back whether nothing is left to be noted. */
  close(): Promise<boolean>;
  kept(): Pick<PollerState, "outageWaits">;
}

type ServiceSubject = Extract<Subject, { kind: "service" }>;
type Needs = Pick<Ports, "table" | "clock" | "log">;

/** Segments come back all at once, and write one item. */
const APART_MS = 20;

/**
 * Tells the operators of an outage of our own: this segment has finished no tick for more than three minutes. What ended
 * meanwhile is known after the first whole pass, and only then written down, so that a death before it loses nothing.
 */
export function createOutageNotice(
  ports: Needs,
  { segment, of, finishedAt, outageWaits = false }: Cycle,
  startedAt: number,
  opsChannel: string,
  delivery: Delivery,
): OutageNotice {
  const ended: string[] = [];
  // Whichever segment finds the record in the open index may be the one that is down.
  let waits = outageWaits;
  let isNoticed = finishedAt !== undefined && startedAt - finishedAt <= LONGEST_GAP_MS;

  const notice = async () => {
    if (segment > 0) await ports.clock.sleep(segment * APART_MS);
    const from = finishedAt === undefined ? {} : { from: finishedAt };
    isNoticed = await change((service) => noticeGap(service, { segment, of, ...from, until: startedAt, ended }, opsChannel));
  };

  /** Whether it is done. A fault here stops no tick. */
  const change = async (fold: (service: Service) => Service): Promise<boolean> => {
    try {
      const saved = await saveService(ports, fold);
      waits = saved.outage !== undefined;
      delivery.add(openEntry({ kind: "service", record: saved }) ?? { pk: servicePk() });
      return true;
    } catch (error) {
      ports.log.error("an outage could not be noted", { segment, ...faultOf(error) });
      return false;
    }
  };

  return {
    async afterPass(services, { isWhole, serviceWaits }) {
      if (isNoticed && !serviceWaits && !waits) return;
      for (const service of services.values()) if (!isNoticed) ended.push(...service.ended);
      if (!isNoticed && isWhole) await notice();
      if (serviceWaits || waits) await change((service) => tellOutage(service, ports.clock.now(), opsChannel));
    },
    async close() {
      if (!isNoticed) await notice();
      return isNoticed;
    },
    kept: () => (waits ? { outageWaits: true } : {}),
  };
}

async function saveService({ table }: Needs, fold: (service: Service) => Service): Promise<Service> {
  const absent: ServiceSubject = { kind: "service", record: newService() };
  const change = (subject: ServiceSubject): ServiceSubject => {
    const record = fold(subject.record);
    return record === subject.record ? subject : { ...subject, record };
  };
  return (await saveChange(table, servicePk(), change, absent))?.record ?? absent.record;
}
