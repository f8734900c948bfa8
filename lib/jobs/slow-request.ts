import type { Clock, Ports } from "../ports.ts";
import { type Permit, takePermit } from "../shared/permits.ts";

type Deps = Pick<Ports, "table" | "cloud" | "clock" | "log">;

/** Slow requests of one team at once: each keeps an instance of the function busy for seconds. */
export const MAX_SLOW_REQUESTS = 4;
/** A cloud that has not answered by then makes a request slow. */
export const SLOW_AFTER_MS = 300;
/** Longer than a request can take. */
const LEASE_MS = 30_000;

interface Limits {
  team: string;
  /** The error of a request that finds all permits of its team taken. */
  refusal(): Error;
}

/** The same ports for one request. */
type SlowPorts<Some extends Deps> = Some & {
  /** Takes a permit unless the request has one. Throws where all are taken. */
  becomeSlow(): Promise<void>;
};

/**
 * Runs the work of one request, which becomes slow when it sleeps or the cloud takes longer than 300 ms. A slow request
 * holds one permit of its team until it ends, however many jobs it is about. Without a permit it fails at once, and asks the
 * cloud nothing more. Other requests write nothing.
 */
export async function limitSlowness<Some extends Deps, Result>(
  ports: Some,
  { team, refusal }: Limits,
  work: (ports: SlowPorts<Some>) => Promise<Result>,
): Promise<Result> {
  const { cloud, clock } = ports;
  let taking: Promise<Permit | undefined> | undefined;
  let isRefused = false;

  const becomeSlow = async () => {
    const until = clock.now() + LEASE_MS;
    taking ??= takePermit(ports, { team, kind: "slow", count: MAX_SLOW_REQUESTS, until });
    isRefused = (await taking) === undefined;
    if (isRefused) throw refusal();
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
    cloud: {
      poll: async (...asked: Parameters<Ports["cloud"]["poll"]>) => {
        if (isRefused) throw refusal();
        const answer = cloud.poll(...asked);
        if (await isPendingAfter(SLOW_AFTER_MS, answer, clock)) await Promise.race([answer, becomeSlow()]);
        return await answer;
      },
    },
  };
  try {
    return await work(limited);
  } finally {
    const permit = await taking?.catch(() => undefined);
    await permit?.release();
  }
}

/** Whether a promise is still pending after so many milliseconds of the clock. */
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
