import { Hono } from "hono";
import type { Services } from "../../../lib/services.ts";

/** A tick runs every minute; three missed ticks are an error. */
const STALE_SECONDS = 180;

/** Reports the state of the poller. Needs no key, so it reveals only two ages. */
export function healthRoutes({ table, clock, config }: Services): Hono {
  return new Hono().get("/", async (c) => {
    const states = await table.readSegments(config.poll.segments);
    const now = clock.now();
    const finished = states.flatMap(({ finishedAt }) => finishedAt ?? []);
    const waiting = states.flatMap(({ oldestPendingAt }) => oldestPendingAt ?? []);
    const lastTickSeconds = finished.length < config.poll.segments ? undefined : seconds(now - Math.min(...finished));
    const status = statusOf(lastTickSeconds);
    const body = {
      status,
      lastTickSeconds,
      oldestPendingNotificationSeconds: waiting.length > 0 ? seconds(now - Math.min(...waiting)) : 0,
    };
    return status === "ok" ? c.json(body) : c.json(body, 503, { "Retry-After": "60" });
  });
}

/** Returns "starting" until each segment has finished its first tick after the deployment. */
function statusOf(lastTickSeconds: number | undefined): "starting" | "ok" | "stale" {
  if (lastTickSeconds === undefined) return "starting";
  return lastTickSeconds <= STALE_SECONDS ? "ok" : "stale";
}

function seconds(ms: number): number {
  return Math.max(Math.round(ms / 1_000), 0);
}
