import type { Clock, Ports } from "../ports.ts";
import { type Permit, takePermit } from "../shared/permits.ts";
import type { LeaseStore } from "../table-ports.ts";

type Deps = Pick<Ports, "cloud" | "lists" | "clock" | "log"> & { table: LeaseStore };

/** Concurrent slow requests of one team. Each keeps an instance of the function busy for seconds. */
export const MAX_SLOW_REQUESTS = 4;
/** A request is slow once the cloud has taken this long. */
export const SLOW_AFTER_MS = 300;
/** Longer than a request can take. */
const LEASE_MS = 30_000;

interface Limits {
  team: string;
  /** Creates the error for a request that gets no permit. */
  refusal(): Error;
}

/** The ports of one request. */
type SlowPorts<Some extends Deps> = Some & {
  /** Takes a permit unless the request has one. Throws if all are taken. */
  becomeSlow(): Promise<void>;
};

/**
 * Runs one request, which becomes slow when it sleeps or the cloud takes longer than 300 ms. A slow request holds one of its team's
 * permits until it ends, for any number of jobs. Without a permit it fails at once and stops polling the cloud. Other requests
 * write nothing.
 */
export async function limitSlowness<Some extends Deps, Result>(
  ports: Some,
  { team, refusal }: Limits,
  work: (ports: SlowPorts<Some>) => Promise<Result>,
): Promise<Result> {
  const { cloud, lists, clock } = ports;
  let taking: Promise<Permit | undefined> | undefined;
  let isRefused = false;

  const becomeSlow = async () => {
    const until = clock.now() + LEASE_MS;
    taking ??= takePermit(ports, { team, kind: "slow", count: MAX_SLOW_REQUESTS, until });
    isRefused = (await taking) === undefined;
    if (isRefused) throw refusal();
  };
  const whileFast = async <Given>(call: () => Promise<Given>): Promise<Given> => {
    if (isRefused) throw refusal();
    const answer = call();
    if (await isPendingAfter(SLOW_AFTER_MS, answer, clock)) await Promise.race([answer, becomeSlow()]);
    return await answer;
  };
  const limited = {
    ...ports,
    becomeSlow,
    clock: {
      ...clock,
      sleep: async (ms: number) => {
        await becomeSlow();
        await clock.sleep(ms);
      },
    },
    cloud: { poll: (...request: Parameters<Ports["cloud"]["poll"]>) => whileFast(() => cloud.poll(...request)) },
    lists: { list: (...request: Parameters<Ports["lists"]["list"]>) => whileFast(() => lists.list(...request)) },
  };
  try {
    return await work(limited);
  } finally {
    const permit = await taking?.catch(() => undefined);
    await permit?.release();
  }
}

/** Returns true if a promise is still pending after this time. */
async function isPendingAfter(ms: number, promise: Promise<unknown>, clock: Clock): Promise<boolean> {
  const { now } = clock.steady?.() ?? clock;
  const until = now() + ms;
  const { promise: timeUp, resolve } = Promise.withResolvers<boolean>();
  let timer: NodeJS.Timeout;
  const wait = () => {
    timer = setTimeout(() => (now() < until ? wait() : resolve(true)), Math.max(until - now(), 1));
  };
  wait();
  return await Promise.race([promise.then(() => false), timeUp]).finally(() => clearTimeout(timer));
}
