import type { Delivery } from "../delivery/deliver.ts";
import { type DowntimeRecord, isDown, newDowntimeRecord, noticeGap, reportDowntime } from "../domain/health/downtime.ts";
import type { PollerState, SegmentState } from "../domain/schedule/poller-state.ts";
import { openEntry } from "../domain/stored-record.ts";
import { downtimePk } from "../domain/table-keys.ts";
import type { Ports } from "../ports.ts";
import { errorFields } from "../shared/error-fields.ts";
import { saveOrCreate } from "../shared/save-record.ts";
import type { RecordStore } from "../table-ports.ts";
import type { PolledService } from "./service-polls.ts";
import type { Sweep } from "./sweep.ts";

export interface DowntimeNotice {
  afterSweep(services: ReadonlyMap<string, PolledService>, sweep: Pick<Sweep, "isWhole" | "serviceWaits">): Promise<void>;
  /** Must be called when the tick ends. Records downtime that no complete sweep could record. Returns false if that failed. */
  close(): Promise<boolean>;
  kept(): Pick<PollerState, "downtimeWaits">;
}

type Deps = Pick<Ports, "clock" | "log"> & { table: RecordStore };

/** Delay per segment: all segments recover at the same time and write one record. */
const SEGMENT_DELAY_MS = 20;

/**
 * Notifies the operators if this segment has not finished a tick for more than three minutes. The record is written after the first
 * complete sweep, which finds the jobs that ended in that time. A crash before it loses nothing: the next tick detects the gap again.
 */
export function createDowntimeNotice(
  ports: Deps,
  { segment, segmentCount, finishedAt, downtimeWaits = false }: SegmentState,
  startedAt: number,
  opsChannel: string,
  delivery: Delivery,
): DowntimeNotice {
  const ended: string[] = [];
  // Each segment remembers this itself: the segment that has the record in its part of the `open` index may be down.
  let waits = downtimeWaits;
  let isNoticed = !isDown(finishedAt, startedAt);

  const notice = async () => {
    if (segment > 0) await ports.clock.sleep(segment * SEGMENT_DELAY_MS);
    const from = finishedAt === undefined ? {} : { from: finishedAt };
    isNoticed = await change((record) =>
      noticeGap(record, { segment, segmentCount, ...from, until: startedAt, ended }, opsChannel),
    );
  };

  /** Returns whether the record was saved. An error does not stop the tick. */
  const change = async (apply: (record: DowntimeRecord) => DowntimeRecord): Promise<boolean> => {
    try {
      const saved = await saveOrCreate(ports.table, { kind: "service", record: newDowntimeRecord() }, apply);
      waits = saved.downtime !== undefined;
      delivery.add(openEntry({ kind: "service", record: saved }) ?? { pk: downtimePk() });
      return true;
    } catch (error) {
      ports.log.error("downtime could not be recorded", { segment, ...errorFields(error) });
      return false;
    }
  };

  return {
    async afterSweep(services, { isWhole, serviceWaits }) {
      if (isNoticed && !serviceWaits && !waits) return;
      for (const service of services.values()) if (!isNoticed) ended.push(...service.ended);
      if (!isNoticed && isWhole) await notice();
      if (serviceWaits || waits) await change((record) => reportDowntime(record, ports.clock.now(), opsChannel));
    },
    async close() {
      if (!isNoticed) await notice();
      return isNoticed;
    },
    kept: () => (waits ? { downtimeWaits: true } : {}),
  };
}
