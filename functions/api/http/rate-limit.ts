import type { Services } from "../../../lib/services.ts";
import { errorFields } from "../../../lib/shared/error-fields.ts";
import { ProblemError } from "./problem.ts";

/** Refuses a team's request by 429 where its share is used up. One that does the work of many counts as many. */
export type RateLimit = (team: string, requests?: number) => Promise<void>;

interface Account {
  /** Until when the rate takes to make up for what was booked, by all instances, as of the last answer of the table. */
  bookedUntil: number;
  unbooked: number;
}

/** Blocks: more than instances book ahead of their team's share. */
const LONGEST_DEBT = 90;

/**
 * REQUESTS_PER_MINUTE a team, a third of it at once. Each instance of the function counts by itself and books its count on the
 * team's account in the table one block at a time, a thirtieth of the minute's share: one write for 20 requests, none for a
 * refused one. So a team can exceed its share by one block for each instance that serves it, once, and never in the long run.
 * Where the table fails, each instance goes on with its own count: nobody is locked out.
 */
export function createRateLimit({ table, clock, log, config }: Services): RateLimit {
  const requestMs = 60_000 / config.requestsPerMinute;
  const burstMs = Math.max(Math.floor(config.requestsPerMinute / 3), 1) * requestMs;
  const block = Math.max(Math.floor(config.requestsPerMinute / 30), 1);
  const accounts = new Map<string, Account>();

  return async (team, requests = 1) => {
    const account = accounts.get(team) ?? { bookedUntil: 0, unbooked: 0 };
    accounts.set(team, account);
    const now = clock.now();
    // Further ahead than a minute's share of every instance: the clock was set back since.
    if (account.bookedUntil > now + LONGEST_DEBT * block * requestMs) account.bookedUntil = 0;
    const usedUntil = (count: number) => Math.max(account.bookedUntil, now) + count * requestMs;
    // More than the burst would never be served: it needs an account at rest.
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
  const detail = `Your team has used up its requests for the moment; try again in ${seconds} s.`;
  return new ProblemError({ type: "too-many-requests", status: 429, detail }, { "Retry-After": String(seconds) });
}
