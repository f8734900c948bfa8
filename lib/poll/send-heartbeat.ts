import { LONGEST_GAP_MS } from "../domain/health/downtime.ts";
import type { Heartbeat, Ports } from "../ports.ts";
import { errorFields } from "../shared/error-fields.ts";
import type { Tick } from "./poll-jobs.ts";

const LONGEST_PING_MS = 2_000;
/** What must be left of the invocation afterwards. */
const SPARE_MS = 500;

/**
 * After a good tick a watchman outside is told that all is well: whoever hears nothing for some minutes knows that nobody is
 * told of anything. Of several segments the first one speaks, while none of them is behind. Stops and fails no tick.
 */
export async function sendHeartbeat(
  { table, clock, log, heartbeat }: Pick<Ports, "table" | "clock" | "log"> & { heartbeat: Heartbeat },
  { segment, segmentCount, endsAt }: Tick,
): Promise<void> {
  const leftMs = endsAt - clock.now() - SPARE_MS;
  if (segment !== 0 || leftMs <= 0) return;
  try {
    if (segmentCount > 1 && !(await allTick({ table, clock }, segmentCount))) return;
    await heartbeat.ping(Math.min(LONGEST_PING_MS, leftMs));
  } catch (error) {
    log.warn("no heartbeat was sent", errorFields(error));
  }
}

async function allTick({ table, clock }: Pick<Ports, "table" | "clock">, segmentCount: number): Promise<boolean> {
  const states = await table.readSegments(segmentCount);
  const alive = states.filter(({ finishedAt = 0 }) => clock.now() - finishedAt <= LONGEST_GAP_MS);
  return alive.length === segmentCount;
}
