import { type LastList, lastListOf, missingRight } from "../../../lib/domain/discovery/last-list.ts";
import type { Watch } from "../../../lib/domain/discovery/watch.ts";
import { iso } from "../../../lib/domain/job/job-fields.ts";

/** Returns a watch as the API shows it. Times are ISO 8601 in UTC. Unknown values are omitted. */
export function watchView(watch: Watch, lastList: LastList = lastListOf(watch)): Record<string, unknown> {
  const { watchId, source, projectId, operations, names, tags, channels, notifyOn, createdAt, by, waiting } = watch;
  return {
    ...{ watchId, source, projectId, operations, names, tags, channels, notifyOn, createdAt: iso(createdAt), by },
    lastList: {
      outcome: lastList.outcome,
      at: iso(lastList.at),
      since: iso(lastList.since),
      reason: lastList.reason,
      requestId: lastList.requestId,
      missingRight: missingRight(watch.source, lastList),
    },
    ...(waiting !== undefined && waiting > 0 && { waiting }),
  };
}
