import { Hono } from "hono";
import { isDown, lastTickAt } from "../../../lib/domain/health/downtime.ts";
import type { Services } from "../../../lib/services.ts";

/** Reports the state of the poller. Needs no key, so it reveals only two ages. */
export function healthRoutes({ table, clock, config }: Services): Hono {
  return new Hono().get("/", async (c) => {
    const states = await table.readSegments(config.poll.segments);
    const now = clock.now();
    const lastTick = lastTickAt(states, config.poll.segments);
    const waiting = states.flatMap(({ oldestPendingAt }) => oldestPendingAt ?? []);
    // "starting" until each segment has finished its first tick after the deployment.
    const status = lastTick === undefined ? "starting" : isDown(lastTick, now) ? "stale" : "ok";
    const body = {
      status,
      lastTickSeconds: lastTick === undefined ? undefined : seconds(now - lastTick),
      oldestPendingNotificationSeconds: waiting.length > 0 ? seconds(now - Math.min(...waiting)) : 0,
    };
    return status === "ok" ? c.json(body) : c.json(body, 503, { "Retry-After": "60" });
  });
}

function seconds(ms: number): number {
  return Math.max(Math.round(ms / 1_000), 0);
}
