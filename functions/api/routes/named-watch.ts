import type { ContentfulStatusCode } from "hono/utils/http-status";
import { tryList } from "../../../lib/discovery/try-list.ts";
import { addWatch, endWatch, readWatches, type WatchRequest, type WatchState } from "../../../lib/discovery/watches.ts";
import type { ApiKey } from "../../../lib/domain/api-key.ts";
import { type LastList, lastListOf } from "../../../lib/domain/discovery/last-list.ts";
import type { Watch } from "../../../lib/domain/discovery/watch.ts";
import type { Services } from "../../../lib/services.ts";
import { ProblemError } from "../http/problem.ts";
import { requireOwnWatch } from "../http/rights.ts";
import { limitSlow } from "../http/slow-requests.ts";
import { projectOf, resolveDefaultChannel } from "./named-job.ts";
import { parseWatchOrder } from "./watch-schemas.ts";

// Watches within the permissions of a key, for the API and the pages.

export interface AnsweredWatch {
  status: ContentfulStatusCode;
  watch: Watch;
  lastList: LastList;
}

/** Adds a watch. Throws a problem if the key may not change a known watch, or the team has too many. */
export async function addOneWatch(
  services: Services,
  key: ApiKey,
  options: WatchRequest,
  correlationId: string,
): Promise<AnsweredWatch> {
  const added = await addWatch(services, key.team, options, key.label, (known) => requireOwnWatch(key, known));
  if (added.kind === "too-many") throw tooManyWatches(added.most);
  const { watch } = added;
  const isNew = added.kind === "created";
  const lastList = isNew ? await limitSlow(services, key.team, (limited) => tryList(limited, watch)) : lastListOf(watch);
  const { watchId, source, projectId } = watch;
  const names = { team: key.team, watchId, source, projectId, correlationId };
  services.log.info("watching", { ...names, outcome: added.kind, list: lastList.outcome, requestId: lastList.requestId });
  return { status: !isNew ? 200 : lastList.outcome === "listed" ? 201 : 202, watch, lastList };
}

/** Returns the watches that the key may see. */
export async function visibleWatches({ table, config }: Services, key: ApiKey): Promise<WatchState[]> {
  const states = await readWatches({ table, pollSegments: config.poll.segments }, key.team);
  return states.filter(({ watch }) => isVisible(key, watch));
}

/** Throws 404 if the key may not see the watch or there is none, and 403 if the key may not end it. */
export async function endOneWatch(services: Services, key: ApiKey, watchId: string, correlationId: string): Promise<Watch> {
  const ended = await endWatch(services, key.team, watchId, (watch) => {
    if (!isVisible(key, watch)) throw noSuchWatch();
    requireOwnWatch(key, watch);
  });
  if (!ended) throw noSuchWatch();
  services.log.info("ended a watch", { team: key.team, watchId, by: key.label, correlationId });
  return ended;
}

export function noSuchWatch(): ProblemError {
  const detail = "Your team has no such watch, or this key may not use its project. GET /watches lists the watches.";
  return new ProblemError({ type: "not-found", status: 404, detail });
}

function isVisible({ projects }: ApiKey, { projectId }: Watch): boolean {
  return projects?.includes(projectId) ?? true;
}

/** Returns the watch that a body asks for. Throws if it is invalid or the key lacks permission. Does not access the cloud or the table. */
export function watchOptionsOf({ config }: Services, key: ApiKey, body: unknown): WatchRequest {
  const { operations, names, tags, notifyOn, channels, source, ...given } = parseWatchOrder(body);
  const projectId = projectOf(config, key, given.projectId);
  const byDefault = resolveDefaultChannel(config, key, channels);
  return {
    source,
    projectId,
    ...(operations && { operations: distinct(operations) }),
    ...(names && { names: distinct(names) }),
    ...(tags && Object.keys(tags).length > 0 && { tags }),
    ...(channels && { channels: distinct(channels) }),
    defaultChannels: [byDefault],
    ...(notifyOn && { notifyOn: distinct(notifyOn) }),
  };
}

function distinct<Value>(values: Value[]): Value[] {
  return [...new Set(values)];
}

function tooManyWatches(most: number): ProblemError {
  const detail = `Your team has ${most} watches, which is the limit. End one that you no longer need, or let one watch match more.`;
  return new ProblemError({ type: "too-many-watches", status: 422, detail });
}
