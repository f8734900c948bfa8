import { createHash, timingSafeEqual } from "node:crypto";
import type { ApiKey, Table } from "../../../lib/ports.ts";
import { ProblemError } from "./problem.ts";

/** A found key is trusted for this long without asking the table again: revoking bites within it. */
const TRUST_MS = 30_000;
const MOST_TRUSTED = 1_000;
const BEARER = /^Bearer +(\S{1,200})$/i;
const KEY_FORM = /^sfsjw_[A-Za-z0-9_-]{1,64}$/;
const NO_DIGEST = Buffer.alloc(32);

/**
 * What every route knows: the id to follow its request by; and below /jobs the key that was presented, and so its team, and how
 * to count what is more than one request.
 */
export interface ApiEnv {
  Bindings: { requestContext?: { requestId?: string } };
  Variables: { key: ApiKey; correlationId: string; charge: (requests: number) => Promise<void> };
}

export type Authenticate = (authorization: string | undefined) => Promise<ApiKey>;

/** The living key with this SHA-256 digest; undefined where there is none, whatever it is: unknown, expired, revoked. */
export type FindKey = (digest: Buffer) => Promise<ApiKey | undefined>;

/** One read and one comparison, whether there is such a key or not; none of both while the key is trusted. */
export function createFindKey(table: Pick<Table, "readKey">, now: () => number): FindKey {
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

/** Finds the team by its API key. Every refusal is the same 401. What has not the form of a key never reaches the table. */
export function createAuthenticate(findKey: FindKey): Authenticate {
  return async (authorization = "") => {
    const digest = digestOf(BEARER.exec(authorization)?.[1] ?? "");
    const key = digest && (await findKey(digest));
    if (!key) throw refused();
    return key;
  };
}

/** Undefined where the text cannot be a key. */
export function digestOf(presented: string): Buffer | undefined {
  return KEY_FORM.test(presented) ? createHash("sha256").update(presented).digest() : undefined;
}

/** Takes as long for a key that is not there. */
function isSame(digest: Buffer, key: ApiKey | undefined): key is ApiKey {
  const stored = Buffer.from(key?.hash ?? "", "hex");
  const isEqual = timingSafeEqual(digest, stored.length === digest.length ? stored : NO_DIGEST);
  return isEqual && key !== undefined;
}

function isAlive({ revokedAt, expiresAt = Number.POSITIVE_INFINITY }: ApiKey, now: number): boolean {
  return revokedAt === undefined && expiresAt > now;
}

function refused(): ProblemError {
  const detail = "Send `Authorization: Bearer <key>` with a key of your team; the operators hand them out.";
  return new ProblemError({ type: "unauthorized", status: 401, detail }, { "WWW-Authenticate": 'Bearer realm="sfs-jobwatch"' });
}
