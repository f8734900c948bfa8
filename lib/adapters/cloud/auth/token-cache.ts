import type { Unreachable } from "../../../domain/job/job.ts";
import type { Clock, Log } from "../../../ports.ts";
import { unreachable } from "../http/unreachable.ts";
import { waitAtMost } from "../http/with-timeout.ts";
import type { RequestToken } from "./request-token.ts";
import type { Token } from "./token-answer.ts";

/** Where a token is used. */
export interface TokenUse {
  projectId: string;
  host: string;
}

interface Entry {
  token?: Token;
  /** When each host last accepted a token. */
  acceptedAt: Map<string, number>;
  /** The running call, shared by all polls that need a token. */
  call?: Promise<Token | Unreachable>;
  /** No call for `ms`. Until then each poll gets `why`, the last error. */
  backOff?: { since: number; ms: number; why: Unreachable };
  /** When a rejected token was last replaced. */
  replacedAt?: number;
}

const BACK_OFF_MS = 60_000;
/** How long a token counts as valid after a host accepted it. Most jobs are polled once a minute. */
const GOOD_MS = 120_000;
/** Keeps a thousand polls from waiting one after the other for an identity service that is down. */
const SHORT_BACK_OFF_MS = 1_000;
/** How long a poll waits for a renewal while its token still works. */
const MAX_RENEWAL_WAIT_MS = 1_000;

/** The tokens of all projects. Requests that need a token at the same time share one sign-in. */
export class TokenCache {
  readonly #requestToken: RequestToken;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #entries = new Map<string, Entry>();

  constructor(requestToken: RequestToken, { clock, log }: { clock: Clock; log: Log }) {
    this.#requestToken = requestToken;
    this.#clock = clock;
    this.#log = log;
  }

  take(projectId: string): Promise<Token | Unreachable> {
    return this.#takeFrom(this.#entryOf(projectId), projectId);
  }

  /** Replaces a token that a host rejected with 401, at most once a minute. Not if other hosts still accept it. */
  async replace({ projectId, host }: TokenUse, rejected: Token): Promise<Token | Unreachable> {
    const entry = this.#entryOf(projectId);
    if (entry.token?.value === rejected.value) {
      const why = this.#whyKept(entry, host);
      if (why !== undefined) return unreachable("credentials", why);
      entry.replacedAt = this.#clock.now();
      delete entry.token;
    }
    return this.#takeFrom(entry, projectId);
  }

  accepted({ projectId, host }: TokenUse): void {
    this.#entryOf(projectId).acceptedAt.set(host, this.#clock.now());
  }

  #entryOf(projectId: string): Entry {
    const known = this.#entries.get(projectId);
    if (known) return known;
    const entry: Entry = { acceptedAt: new Map() };
    this.#entries.set(projectId, entry);
    return entry;
  }

  /** Returns why a rejected token is not replaced. If this host accepted it recently, it has become invalid and is replaced. */
  #whyKept({ acceptedAt, replacedAt }: Entry, host: string): string | undefined {
    const now = this.#clock.now();
    if (replacedAt !== undefined && isWithin(replacedAt, BACK_OFF_MS, now)) return "the job API rejects new tokens";
    const accepting = [...acceptedAt].filter(([, at]) => isWithin(at, GOOD_MS, now)).map(([name]) => name);
    if (accepting.length === 0 || accepting.includes(host)) return undefined;
    return "the job API rejects a token that other services accept";
  }

  async #takeFrom(entry: Entry, projectId: string): Promise<Token | Unreachable> {
    const now = this.#clock.now();
    const { backOff } = entry;
    const token = entry.token && now < entry.token.expiresAt ? entry.token : undefined;
    if (token && now < token.renewAt) return token;
    if (backOff && isWithin(backOff.since, backOff.ms, now)) return token ?? stillBackingOff(backOff, now);
    const call = this.#callOnce(entry, projectId);
    if (token === undefined) return call;
    const renewed = await waitAtMost(MAX_RENEWAL_WAIT_MS, call);
    return renewed?.kind === "token" ? renewed : token;
  }

  #callOnce(entry: Entry, projectId: string): Promise<Token | Unreachable> {
    entry.call ??= this.#requestToken(projectId).then((result) => {
      delete entry.call;
      if (result.kind === "token") this.#keep(entry, result, projectId);
      else this.#startBackOff(entry, result, projectId);
      return result;
    });
    return entry.call;
  }

  #keep(entry: Entry, token: Token, projectId: string): void {
    entry.token = token;
    delete entry.backOff;
    this.#log.info("signed in to the cloud", { projectId, expiresAt: new Date(token.expiresAt).toISOString() });
  }

  #startBackOff(entry: Entry, why: Unreachable, projectId: string): void {
    entry.backOff = { since: this.#clock.now(), ms: backOffMsAfter(why, entry.token !== undefined), why };
    this.#log.warn("could not sign in to the cloud", { projectId, cause: why.cause, reason: why.reason });
  }
}

/** A wrong password stays wrong, and many attempts lock the user out. */
function backOffMsAfter({ cause, retryAfterMs }: Unreachable, hasToken: boolean): number {
  const shortest = hasToken || cause === "credentials" || cause === "configuration" ? BACK_OFF_MS : SHORT_BACK_OFF_MS;
  return Math.max(retryAfterMs ?? 0, shortest);
}

function stillBackingOff({ since, ms, why }: NonNullable<Entry["backOff"]>, now: number): Unreachable {
  return why.retryAfterMs === undefined ? why : { ...why, retryAfterMs: since + ms - now };
}

/** Returns false if the clock was set back. */
function isWithin(since: number, ms: number, now: number): boolean {
  return now >= since && now < since + ms;
}
