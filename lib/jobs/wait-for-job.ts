import type { Job } from "../domain/job/job.ts";
import type { Ports } from "../ports.ts";
import { takePermit } from "../shared/permits.ts";
import type { LeaseStore, RecordStore } from "../table-ports.ts";

type Deps = Pick<Ports, "clock" | "log"> & { table: RecordStore & LeaseStore };

/** Concurrent waits of one team. Each keeps an instance of the function busy. */
const MAX_WAITS = 3;
/** 25 s of waiting read the job about 40 times: at most 20 read units for most job sizes. */
const PAUSE_MS = 600;
/** Longer than a wait can take. The permit of a crashed wait is free after this time. */
const LEASE_MARGIN_MS = 5_000;

export type Waited = { kind: "waited"; job: Job | undefined } | { kind: "too many waits" };

/** Reads a job until `isAwaited` returns true or the time is over. Returns its last state; undefined if it no longer exists. */
export async function waitForJob(
  ports: Deps,
  { pk, team, waitMs }: { pk: string; team: string; waitMs: number },
  isAwaited: (job: Job) => boolean,
): Promise<Waited> {
  const clock = ports.clock.steady?.() ?? ports.clock;
  const until = clock.now() + waitMs;
  const permit = await takePermit(ports, { team, kind: "wait", count: MAX_WAITS, until: until + LEASE_MARGIN_MS });
  if (!permit) return { kind: "too many waits" };
  try {
    return { kind: "waited", job: await poll({ table: ports.table, clock }, pk, until, isAwaited) };
  } finally {
    await permit.release();
  }
}

async function poll(
  { table, clock }: Pick<Deps, "table" | "clock">,
  pk: string,
  until: number,
  isAwaited: (job: Job) => boolean,
) {
  for (;;) {
    const pauseMs = Math.min(PAUSE_MS, until - clock.now());
    if (pauseMs > 0) await clock.sleep(pauseMs);
    const found = await table.readEventuallyConsistent(pk);
    const job = found?.kind === "job" ? found.record : undefined;
    if (!job || isAwaited(job) || clock.now() >= until) return job;
  }
}
