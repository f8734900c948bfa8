import { isDown, lastTickAt } from "../domain/health/downtime.ts";
import type { Heartbeat, Ports } from "../ports.ts";
import { errorFields } from "../shared/error-fields.ts";
import type { SegmentStore } from "../table-ports.ts";
import type { Tick } from "./poll-jobs.ts";

const PING_TIMEOUT_MS = 2_000;
/** Time that must be left in the invocation afterwards. */
const SPARE_MS = 500;

/**
 * Pings the external heartbeat monitor after a successful tick. The monitor raises an alarm if the pings stop. With several segments,
 * only the first one pings, and only if all of them finished a tick lately. Never throws.
 */
export async function sendHeartbeat(
  { table, clock, log, heartbeat }: Pick<Ports, "clock" | "log"> & { table: SegmentStore; heartbeat: Heartbeat },
  { segment, segmentCount, endsAt }: Tick,
): Promise<void> {
  const leftMs = endsAt - clock.now() - SPARE_MS;
  if (segment !== 0 || leftMs <= 0) return;
  try {
    if (segmentCount > 1 && isDown(lastTickAt(await table.readSegments(segmentCount), segmentCount), clock.now())) return;
    await heartbeat.ping(Math.min(PING_TIMEOUT_MS, leftMs));
  } catch (error) {
    log.warn("heartbeat could not be sent", errorFields(error));
  }
}
