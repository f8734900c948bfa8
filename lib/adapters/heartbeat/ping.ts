import type { Heartbeat, Log } from "../../ports.ts";

/** Pings a heartbeat monitor. `url` is a secret and never logged, since it contains a token. Without it, does nothing. */
export function createHeartbeat(url: string | undefined, log: Log): Heartbeat {
  return {
    async ping(timeoutMs) {
      if (url === undefined) return;
      const problem = await statusOf(url, timeoutMs).then(
        (status) => (status >= 200 && status < 300 ? undefined : `status ${status}`),
        (error: unknown) => (error instanceof Error ? error.name : "no answer"),
      );
      if (problem !== undefined) log.warn("heartbeat was not accepted", { reason: problem });
    },
  };
}

async function statusOf(url: string, timeoutMs: number): Promise<number> {
  const { status, body } = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
  await body?.cancel();
  return status;
}
