import type { Context } from "hono";
import { lastListOf } from "../../../lib/domain/discovery/last-list.ts";
import type { Services } from "../../../lib/services.ts";
import type { ApiEnv } from "../http/authenticate.ts";
import { idempotently } from "../http/idempotency.ts";
import { readJson } from "../http/read-body.ts";
import { writerOf } from "../http/rights.ts";
import { addOneWatch, endOneWatch, noSuchWatch, visibleWatches, watchOptionsOf } from "./named-watch.ts";
import { parseQuery } from "./schemas.ts";
import { noQuery } from "./watch-schemas.ts";
import { watchView } from "./watch-view.ts";

type WatchContext = Context<ApiEnv>;

export async function postWatch(services: Services, c: WatchContext): Promise<Response> {
  const apiKey = writerOf(c);
  parseQuery(noQuery, c.req.query());
  const body = await readJson(c.req.raw);
  const options = watchOptionsOf(services, apiKey, body);
  return await idempotently(services, c, body, async () => {
    const { status, watch, lastList } = await addOneWatch(services, apiKey, options, c.get("correlationId"));
    return { status, body: watchView(watch, lastList), location: `/watches/${watch.watchId}` };
  });
}

export async function listWatches(services: Services, c: WatchContext): Promise<Response> {
  parseQuery(noQuery, c.req.query());
  const states = await visibleWatches(services, c.get("key"));
  return c.json({ watches: states.map(({ watch, listedAt }) => watchView(watch, lastListOf(watch, listedAt))) });
}

export async function showWatch(services: Services, c: WatchContext): Promise<Response> {
  parseQuery(noQuery, c.req.query());
  const states = await visibleWatches(services, c.get("key"));
  const found = states.find(({ watch }) => watch.watchId === c.req.param("watchId"));
  if (!found) throw noSuchWatch();
  return c.json(watchView(found.watch, lastListOf(found.watch, found.listedAt)));
}

export async function deleteWatch(services: Services, c: WatchContext): Promise<Response> {
  const apiKey = writerOf(c);
  parseQuery(noQuery, c.req.query());
  const ended = await endOneWatch(services, apiKey, c.req.param("watchId") ?? "", c.get("correlationId"));
  return c.json(watchView(ended));
}
