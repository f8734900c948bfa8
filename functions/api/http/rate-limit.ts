import type { Services } from "../../../lib/services.ts";
import { errorFields } from "../../../lib/shared/error-fields.ts";
import type { RateLimitStore } from "../../../lib/table-ports.ts";
import { ProblemError } from "./problem.ts";

/** Throws 429 if the team's share of requests is used up. A request that does the work of many counts as many. */
export type RateLimit = (team: string, requests?: number) => Promise<void>;

interface Account {
  /** Time at which all booked requests of all instances are paid off, as of the last response of the table. */
  bookedUntil: number;
  unbooked: number;
}

/** In blocks. All instances together never book this far ahead. */
const LONGEST_DEBT = 90;

type Deps = Pick<Services, "config" | "clock" | "log"> & { table: RateLimitStore };

/**
 * Limits each team to REQUESTS_PER_MINUTE, with bursts of a third of it. Each instance counts in memory and books whole blocks
 * (a thirtieth of the limit) in the table, so that 20 requests cost one write and rejected requests none. The limit is soft: each
 * instance may exceed it by one block, once. If the table fails, each instance continues with its own count.
 */
export function createRateLimit({ table, clock, log, config }: Deps): RateLimit {
  const requestMs = 60_000 / config.requestsPerMinute;
  const burstMs = Math.max(Math.floor(config.requestsPerMinute / 3), 1) * requestMs;
  const block = Math.max(Math.floor(config.requestsPerMinute / 30), 1);
  const accounts = new Map<string, Account>();

  return async (team, requests = 1) => {
    const account = accounts.get(team) ?? { bookedUntil: 0, unbooked: 0 };
    accounts.set(team, account);
    const now = clock.now();
    // No booking reaches this far ahead: the clock was set back.
    if (account.bookedUntil > now + LONGEST_DEBT * block * requestMs) account.bookedUntil = 0;
    const usedUntil = (count: number) => Math.max(account.bookedUntil, now) + count * requestMs;
    // A request that counts more than a burst is served only if nothing is booked. Otherwise it would never be served.
    const atOnceMs = requests > 1 ? Math.max(burstMs, (requests + block) * requestMs) : burstMs;
    const waitMs = usedUntil(account.unbooked + requests) - atOnceMs - now;
    if (waitMs >= 1) throw tooMany(Math.ceil(waitMs / 1000));
    account.unbooked += requests;
    if (account.unbooked < block) return;
    const booked = account.unbooked - (account.unbooked % block);
    const [lastKnown, costMs] = [account.bookedUntil, Math.round(booked * requestMs)];
    account.bookedUntil = usedUntil(booked);
    account.unbooked -= booked;
    try {
      account.bookedUntil = Math.max(account.bookedUntil, await table.consumeRateLimit(team, costMs, lastKnown));
    } catch (error) {
      log.warn("a team's requests could not be booked", { team, ...errorFields(error) });
    }
  };
}

function tooMany(seconds: number): ProblemError {
  const detail = `Your team has reached its request limit. Try again in ${seconds} s.`;
  return new ProblemError({ type: "too-many-requests", status: 429, detail }, { "Retry-After": String(seconds) });
}
