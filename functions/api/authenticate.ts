import { createHash } from "node:crypto";
import type { Context } from "hono";
import type { ApiKey, Table } from "../../lib/ports.ts";
import { ProblemError } from "./problem.ts";

/** A found key is trusted for this long without asking the table again: revoking bites within it. */
const TRUST_MS = 30_000;
const MOST_TRUSTED = 1_000;
const KEY_FORM = /^Bearer +([\x21-\x7e]{1,200})$/i;

/** What every route below /jobs knows: the key that was presented, and so its team. */
export interface ApiEnv {
  Variables: { key: ApiKey };
}

export type Authenticate = (authorization: string | undefined) => Promise<ApiKey>;

/** Finds the team by its API key. Every refusal is the same 401: absent, malformed, unknown and revoked keys look alike. */
export function createAuthenticate(table: Pick<Table, "readKey">, now: () => number): Authenticate {
  const trusted = new Map<string, { key: ApiKey; until: number }>();

  return async (authorization = "") => {
    const presented = KEY_FORM.exec(authorization)?.[1];
    if (presented === undefined) throw refused();
    const hash = createHash("sha256").update(presented).digest("hex");
    const known = trusted.get(hash);
    if (known && known.until > now()) return known.key;
    trusted.delete(hash);
    const key = await table.readKey(hash);
    if (!key || key.revokedAt !== undefined) throw refused();
    if (trusted.size >= MOST_TRUSTED) trusted.clear();
    trusted.set(hash, { key, until: now() + TRUST_MS });
    return key;
  };
}

/** The presented key where it may write. */
export function writerOf(c: Context<ApiEnv>): ApiKey {
  const key = c.get("key");
  if (!key.readOnly) return key;
  throw new ProblemError({ type: "forbidden", status: 403, detail: "This key may only read; use one that may write." });
}

function refused(): ProblemError {
  const detail = "Send `Authorization: Bearer <key>` with a key of your team; the operators hand them out.";
  return new ProblemError({ type: "unauthorized", status: 401, detail }, { "WWW-Authenticate": 'Bearer realm="sfs-jobwatch"' });
}
