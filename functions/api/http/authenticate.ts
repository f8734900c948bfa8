import { createHash, timingSafeEqual } from "node:crypto";
import type { ApiKey } from "../../../lib/domain/api-key.ts";
import type { KeyStore } from "../../../lib/table-ports.ts";
import { ProblemError } from "./problem.ts";

/** Time for which a key is cached. A revocation takes effect within this time. */
const TRUST_MS = 30_000;
const MOST_TRUSTED = 1_000;
const BEARER = /^Bearer +(\S{1,200})$/i;
const KEY_FORM = /^sfsjw_[A-Za-z0-9_-]{1,64}$/;
const NO_DIGEST = Buffer.alloc(32);

/**
 * Hono environment of all routes. `key` and `charge` are set for authenticated routes only. `charge` counts additional requests
 * against the team's rate limit.
 */
export interface ApiEnv {
  Bindings: { requestContext?: { requestId?: string } };
  Variables: { key: ApiKey; correlationId: string; charge: (requests: number) => Promise<void> };
}

export type Authenticate = (authorization: string | undefined) => Promise<ApiKey>;

/** Returns the valid key with this SHA-256 digest; undefined if it is unknown, expired or revoked. */
export type FindKey = (digest: Buffer) => Promise<ApiKey | undefined>;

/** Reads the table once per key, and compares in constant time. A cached key is not read again. */
export function createFindKey(table: KeyStore, now: () => number): FindKey {
  const trusted = new Map<string, { key: ApiKey; until: number }>();

  return async (digest) => {
    const hash = digest.toString("hex");
    const known = trusted.get(hash);
    const isTrusted = known !== undefined && known.until > now() && known.until <= now() + TRUST_MS;
    const key = isTrusted ? known.key : await table.readKey(hash);
    if (!isSame(digest, key) || !isAlive(key, now())) {
      trusted.delete(hash);
      return undefined;
    }
    if (!isTrusted) {
      if (trusted.size >= MOST_TRUSTED) trusted.clear();
      trusted.set(hash, { key, until: now() + TRUST_MS });
    }
    return key;
  };
}

/** Authenticates by API key. Every rejected key gets the same 401. A malformed key is rejected without a read of the table. */
export function createAuthenticate(findKey: FindKey): Authenticate {
  return async (authorization = "") => {
    const digest = digestOf(BEARER.exec(authorization)?.[1] ?? "");
    const key = digest && (await findKey(digest));
    if (!key) throw unauthorized();
    return key;
  };
}

/** Returns the SHA-256 digest of a key; undefined if the text is not a well-formed key. */
export function digestOf(presented: string): Buffer | undefined {
  return KEY_FORM.test(presented) ? createHash("sha256").update(presented).digest() : undefined;
}

/** Takes the same time if there is no such key. */
function isSame(digest: Buffer, key: ApiKey | undefined): key is ApiKey {
  const stored = Buffer.from(key?.hash ?? "", "hex");
  const isEqual = timingSafeEqual(digest, stored.length === digest.length ? stored : NO_DIGEST);
  return isEqual && key !== undefined;
}

function isAlive({ revokedAt, expiresAt = Number.POSITIVE_INFINITY }: ApiKey, now: number): boolean {
  return revokedAt === undefined && expiresAt > now;
}

function unauthorized(): ProblemError {
  const detail = "Send `Authorization: Bearer <key>` with a valid API key of your team. Ask the operators for a key.";
  return new ProblemError({ type: "unauthorized", status: 401, detail }, { "WWW-Authenticate": 'Bearer realm="sfs-jobwatch"' });
}
