import { createHash, timingSafeEqual } from "node:crypto";
import type { ApiKey, Table } from "../../lib/ports.ts";
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

/**
 * Finds the team by its API key. Every refusal is the same 401. What has the form of a key costs one read and one comparison,
 * whether it is unknown, expired or revoked; what has not never reaches the table.
 */
export function createAuthenticate(table: Pick<Table, "readKey">, now: () => number): Authenticate {
  const trusted = new Map<string, { key: ApiKey; until: number }>();

  return async (authorization = "") => {
    const presented = BEARER.exec(authorization)?.[1] ?? "";
    if (!KEY_FORM.test(presented)) throw refused();
    const digest = createHash("sha256").update(presented).digest();
    const hash = digest.toString("hex");
    const known = trusted.get(hash);
    const isTrusted = known !== undefined && known.until > now();
    const key = isTrusted ? known.key : await table.readKey(hash);
    if (!isSame(digest, key) || !isAlive(key, now())) {
      trusted.delete(hash);
      throw refused();
    }
    if (!isTrusted) {
      if (trusted.size >= MOST_TRUSTED) trusted.clear();
      trusted.set(hash, { key, until: now() + TRUST_MS });
    }
    return key;
  };
}

/** Takes as long for a key that is not there. */
function isSame(digest: Buffer, key: ApiKey | undefined): key is ApiKey {
  const stored = Buffer.from(key?.hash ?? "", "hex");
  return timingSafeEqual(digest, stored.length === digest.length ? stored : NO_DIGEST);
}

function isAlive({ revokedAt, expiresAt = Number.POSITIVE_INFINITY }: ApiKey, now: number): boolean {
  return revokedAt === undefined && expiresAt > now;
}

function refused(): ProblemError {
  const detail = "Send `Authorization: Bearer <key>` with a key of your team; the operators hand them out.";
  return new ProblemError({ type: "unauthorized", status: 401, detail }, { "WWW-Authenticate": 'Bearer realm="sfs-jobwatch"' });
}
