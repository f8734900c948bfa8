import type { Unreachable } from "../../../domain/job/job.ts";
import type { Clock, Log } from "../../../ports.ts";
import { unreachable } from "../http/unreachable.ts";
import { atMost } from "../http/with-timeout.ts";
import type { RequestToken } from "./request-token.ts";
import type { Token } from "./token-answer.ts";

interface TokenCache {
  take(projectId: string): Promise<Token | Unreachable>;
  /**
   * A host answered 401 to this token. Gives another one, at most once a minute, and not where other hosts alone accept it.
   */
  replace(use: TokenUse, refused: Token): Promise<Token | Unreachable>;
  accepted(use: TokenUse): void;
}

/** Where a token is shown. */
export interface TokenUse {
  projectId: string;
  host: string;
}

interface Entry {
  token?: Token;
  /** When each host accepted a token last. */
  acceptedAt: Map<string, number>;
  /** The call that is under way, shared by all who want a token meanwhile. */
  call?: Promise<Token | Unreachable>;
  /** No call for so long: what the last one said goes on to hold. */
  backOff?: { since: number; ms: number; why: Unreachable };
  /** When a refused token was replaced last. */
  replacedAt?: number;
}

const BACK_OFF_MS = 60_000;
/** How long a token counts as good after a host accepted it: most jobs are polled once a minute. */
const GOOD_MS = 120_000;
/** So that a thousand looks do not wait for a dead identity service one after the other. */
const SHORT_BACK_OFF_MS = 1_000;
/** How long a look waits for a renewal while it has a token that still works. */
const RENEWAL_PATIENCE_MS = 1_000;

export function createTokenCache(requestToken: RequestToken, { clock, log }: { clock: Clock; log: Log }): TokenCache {
  const entries = new Map<string, Entry>();

  return {
    take: (projectId) => take(entryOf(projectId), projectId),
    async replace({ projectId, host }, refused) {
      const entry = entryOf(projectId);
      if (entry.token?.value === refused.value) {
        const why = whyKept(entry, host);
        if (why !== undefined) return unreachable("credentials", why);
        entry.replacedAt = clock.now();
        delete entry.token;
      }
      return take(entry, projectId);
    },
    accepted({ projectId, host }) {
      entryOf(projectId).acceptedAt.set(host, clock.now());
    },
  };

  function entryOf(projectId: string): Entry {
    const known = entries.get(projectId);
    if (known) return known;
    const entry: Entry = { acceptedAt: new Map() };
    entries.set(projectId, entry);
    return entry;
  }

  /** Why a token that a host refused is not replaced. One that this host accepted a moment ago has gone bad. */
  function whyKept({ acceptedAt, replacedAt }: Entry, host: string): string | undefined {
    const now = clock.now();
    if (replacedAt !== undefined && isWithin(replacedAt, BACK_OFF_MS, now)) return "the job API refuses fresh tokens";
    const accepting = [...acceptedAt].filter(([, at]) => isWithin(at, GOOD_MS, now)).map(([name]) => name);
    if (accepting.length === 0 || accepting.includes(host)) return undefined;
    return "the job API refuses a token that others accept";
  }

  async function take(entry: Entry, projectId: string): Promise<Token | Unreachable> {
    const now = clock.now();
    const { backOff } = entry;
    const token = entry.token && now < entry.token.expiresAt ? entry.token : undefined;
    if (token && now < token.renewAt) return token;
    if (backOff && isWithin(backOff.since, backOff.ms, now)) return token ?? stillBackingOff(backOff, now);
    const call = callOnce(entry, projectId);
    if (token === undefined) return call;
    const renewed = await atMost(RENEWAL_PATIENCE_MS, call);
    return renewed?.kind === "token" ? renewed : token;
  }

  function callOnce(entry: Entry, projectId: string): Promise<Token | Unreachable> {
    entry.call ??= requestToken(projectId).then((result) => {
      delete entry.call;
      if (result.kind === "token") keep(entry, result, projectId);
      else backOff(entry, result, projectId);
      return result;
    });
    return entry.call;
  }

  function keep(entry: Entry, token: Token, projectId: string): void {
    entry.token = token;
    delete entry.backOff;
    log.info("signed in to the cloud", { projectId, expiresAt: new Date(token.expiresAt).toISOString() });
  }

  function backOff(entry: Entry, why: Unreachable, projectId: string): void {
    entry.backOff = { since: clock.now(), ms: backOffMsAfter(why, entry.token !== undefined), why };
    log.warn("could not sign in to the cloud", { projectId, cause: why.cause, reason: why.reason });
  }
}

/** Nobody's password gets right by trying again, and many tries lock the user out. */
function backOffMsAfter({ cause, retryAfterMs }: Unreachable, hasToken: boolean): number {
  const shortest = hasToken || cause === "credentials" || cause === "configuration" ? BACK_OFF_MS : SHORT_BACK_OFF_MS;
  return Math.max(retryAfterMs ?? 0, shortest);
}

function stillBackingOff({ since, ms, why }: NonNullable<Entry["backOff"]>, now: number): Unreachable {
  return why.retryAfterMs === undefined ? why : { ...why, retryAfterMs: since + ms - now };
}

/** False where the clock was set back since. */
function isWithin(since: number, ms: number, now: number): boolean {
  return now >= since && now < since + ms;
}
