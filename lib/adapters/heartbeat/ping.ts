import type { Heartbeat, Log } from "../../ports.ts";

/** `url` is a secret, since it holds a token: it stands in no log. Without one nobody is told. */
export function createHeartbeat(url: string | undefined, log: Log): Heartbeat {
  return {
    async ping(timeoutMs) {
      if (url === undefined) return;
      const refusal = await statusOf(url, timeoutMs).then(
        (status) => (status >= 200 && status < 300 ? undefined : `status ${status}`),
        (error: unknown) => (error instanceof Error ? error.name : "no answer"),
      );
      if (refusal !== undefined) log.warn("the heartbeat was not taken", { reason: refusal });
    },
  };
}

async function statusOf(url: string, timeoutMs: number): Promise<number> {
  const { status, body } = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
  await body?.cancel();
  return status;
}
