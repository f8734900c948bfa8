import type { Context } from "hono";
import { redeliverAll } from "../../../lib/jobs/redeliver-all.ts";
import type { Services } from "../../../lib/services.ts";
import type { ApiEnv } from "../http/authenticate.ts";
import { invalid } from "../http/problem.ts";
import { readJson } from "../http/read-body.ts";
import { isWithin, nameableChannels, requireRedeliverable, writerOf } from "../http/rights.ts";
import { validate } from "../http/validate.ts";
import { parseQuery, redelivery } from "./schemas.ts";
import { noQuery } from "./watch-schemas.ts";

/** Redelivers what expired since a time, within the channels and projects of the key. */
export async function redeliverSince(services: Services, c: Context<ApiEnv>): Promise<Response> {
  const apiKey = writerOf(c);
  parseQuery(noQuery, c.req.query());
  const { channel, cursor, ...given } = validate(redelivery, await readJson(c.req.raw));
  const since = Date.parse(given.since);
  if (since > services.clock.now()) throw invalid([{ pointer: "/since", detail: "must not be in the future." }]);
  if (channel !== undefined) {
    requireRedeliverable(apiKey, channel);
    const { names } = nameableChannels(services.config, apiKey);
    if (!names.includes(channel))
      throw invalid([{ pointer: "/channel", detail: `Unknown channel. Your channels: ${names.join(", ")}.` }]);
  }
  const isMeant = (name: string, expiredAt: number) =>
    expiredAt >= since && (channel === undefined ? isWithin(apiKey, name) : name === channel);
  const options = { ...(cursor && { cursor }), ...(apiKey.projects && { projects: apiKey.projects }), charge: c.get("charge") };
  const done = await redeliverAll(services, apiKey.team, options, isMeant);
  if (done === "bad cursor")
    throw invalid([{ pointer: "/cursor", detail: "Use the value of `next` from this request without changes." }]);
  return c.json(done);
}
