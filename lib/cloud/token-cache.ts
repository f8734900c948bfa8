import type { Unreachable } from "../job/job.ts";
import type { Clock, Log } from "../ports.ts";
import type { RequestToken } from "./request-token.ts";
import type { Token } from "./token-answer.ts";
import { unreachable } from "./unreachable.ts";

interface TokenCache {
  take(projectId: string): Promise<Token | Unreachable>;
  /** The cloud answered 401 to this token: gives another one, at most one a minute while no token is accepted. */
  replace(projectId: string, refused: Token): Promise<Token | Unreachable>;
  accepted(projectId: string, token: Token): void;
}

interface Entry {
  token?: Token;
  /** The call that is under way, shared by all who want a token meanwhile. */
  call?: Promise<Token | Unreachable>;
  /** No call for so long: what the last one said goes on to hold. */
  rest?: { since: number; ms: number; why: Unreachable };
  /** Since when no token was accepted after one was refused. */
  refusedAt?: number;
}

const REST_MS = 60_000;
/** So that a thousand looks do not wait for a dead identity service one after the other. */
const SHORT_REST_MS = 1_000;
/** How long a look waits for a renewal while it has a token that still works. */
const RENEWAL_PATIENCE_MS = 1_000;

export function createTokenCache(requestToken: RequestToken, { clock, log }: { clock: Clock; log: Log }): TokenCache {
  const entries = new Map<string, Entry>();

  return {
    take: (projectId) => take(entryOf(projectId), projectId),
    async replace(projectId, refused) {
      const entry = entryOf(projectId);
      const now = clock.now();
      if (entry.token?.value === refused.value) {
        if (entry.refusedAt !== undefined && isWithin(entry.refusedAt, REST_MS, now)) {
          return unreachable("credentials", "the job API refuses fresh tokens");
        }
        entry.refusedAt = now;
        delete entry.token;
      }
      return take(entry, projectId);
    },
    accepted(projectId, token) {
      const entry = entryOf(projectId);
      if (entry.token?.value === token.value) delete entry.refusedAt;
    },
  };

  function entryOf(projectId: string): Entry {
    const known = entries.get(projectId);
    if (known) return known;
    const entry: Entry = {};
    entries.set(projectId, entry);
    return entry;
  }

  async function take(entry: Entry, projectId: string): Promise<Token | Unreachable> {
    const now = clock.now();
    const { rest } = entry;
    const token = entry.token && now < entry.token.expiresAt ? entry.token : undefined;
    if (token && now < token.renewAt) return token;
    if (rest && isWithin(rest.since, rest.ms, now)) return token ?? stillResting(rest, now);
    const call = callOnce(entry, projectId);
    if (token === undefined) return call;
    const renewed = await patiently(call, token);
    return renewed.kind === "token" ? renewed : token;
  }

  function callOnce(entry: Entry, projectId: string): Promise<Token | Unreachable> {
    entry.call ??= requestToken(projectId).then((result) => {
      delete entry.call;
      if (result.kind === "token") keep(entry, result, projectId);
      else rest(entry, result, projectId);
      return result;
    });
    return entry.call;
  }

  function keep(entry: Entry, token: Token, projectId: string): void {
    entry.token = token;
    delete entry.rest;
    log.info("signed in to the cloud", { projectId, expiresAt: new Date(token.expiresAt).toISOString() });
  }

  function rest(entry: Entry, why: Unreachable, projectId: string): void {
    entry.rest = { since: clock.now(), ms: restMsAfter(why, entry.token !== undefined), why };
    log.warn("could not sign in to the cloud", { projectId, cause: why.cause, reason: why.reason });
  }
}

/** Nobody's password gets right by trying again, and many tries lock the user out. */
function restMsAfter({ cause, restMs }: Unreachable, hasToken: boolean): number {
  const shortest = hasToken || cause === "credentials" || cause === "configuration" ? REST_MS : SHORT_REST_MS;
  return Math.max(restMs ?? 0, shortest);
}

function stillResting({ since, ms, why }: NonNullable<Entry["rest"]>, now: number): Unreachable {
  return why.restMs === undefined ? why : { ...why, restMs: since + ms - now };
}

/** False where the clock was set back since. */
function isWithin(since: number, ms: number, now: number): boolean {
  return now >= since && now < since + ms;
}

async function patiently<Result>(call: Promise<Result>, meanwhile: Result): Promise<Result> {
  const { promise, resolve } = Promise.withResolvers<Result>();
  const timer = setTimeout(() => resolve(meanwhile), RENEWAL_PATIENCE_MS);
  try {
    return await Promise.race([call, promise]);
  } finally {
    clearTimeout(timer);
  }
}
