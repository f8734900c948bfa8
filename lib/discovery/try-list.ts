import type { LastList } from "../domain/discovery/last-list.ts";
import type { WatchOptions } from "../domain/discovery/watch.ts";
import type { Ports } from "../ports.ts";

/** For each page. No page is requested later than this after the first. */
const TIMEOUT_MS = 3_000;

/**
 * Reads the list of a new watch once, so that its team learns at once what is wrong. Discovers nothing: the poller reads the list again.
 * Never throws, and takes at most 6 s: a list that takes longer, or that may not be read now, is still pending.
 */
export async function tryList(
  { lists, clock, log }: Pick<Ports, "lists" | "clock" | "log">,
  { source, projectId }: Pick<WatchOptions, "source" | "projectId">,
): Promise<LastList> {
  const since = clock.now();
  const onRequest = () => {
    if (clock.now() > since + TIMEOUT_MS) throw new Error("the list has too many pages");
  };
  try {
    const listing = await lists.list({ source, projectId, since, onRequest }, TIMEOUT_MS);
    const request = listing.requestId === undefined ? {} : { requestId: listing.requestId };
    if (listing.kind === "listed") return { outcome: "listed", at: clock.now(), ...request };
    return { outcome: listing.cause, since, reason: listing.reason, ...request };
  } catch (error) {
    log.info("the list of a new watch was not read", { source, projectId, error: (error as Error).name });
    return { outcome: "pending" };
  }
}
