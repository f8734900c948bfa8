import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { isSigned, sign } from "../../../lib/adapters/signing/mac.ts";
import type { ApiKey } from "../../../lib/domain/api-key.ts";
import { digestOf, type FindKey } from "../http/authenticate.ts";

/** A signed-in key, and the token that its forms must send. */
export interface Session {
  key: ApiKey;
  formToken: string;
}

export interface Sessions {
  /** Returns the Set-Cookie value of a new session; undefined if the key is not valid. */
  open(presentedKey: string): Promise<string | undefined>;
  /** Returns the session of a request; undefined if there is none or its key is no longer valid. */
  read(c: Context): Promise<Session | undefined>;
  /**
   * Whether a page of this site sent the request. Checks Sec-Fetch-Site first, since our pages send no referrer and their forms
   * therefore have the Origin `null`.
   */
  isSameOrigin(c: Context): boolean;
  /** Whether the form token belongs to this session. */
  isOwnForm(c: Context, token: string): boolean;
  /** Returns the Set-Cookie value that ends a session. */
  close(): string;
}

const LASTS_SECONDS = 12 * 3_600;

interface SessionSettings {
  secret: string;
  /** Plain http, for local development only. */
  local: boolean;
  findKey: FindKey;
  now: () => number;
}

/**
 * A session is only a cookie: the SHA-256 of the key, an expiry and a signature over both. The key is looked up for each request,
 * so that revoking it ends its sessions.
 */
export function createSessions({ secret, local, findKey, now }: SessionSettings): Sessions {
  const name = local ? "sfs-jobwatch" : "__Host-sfs-jobwatch";
  const attributes = `Path=/; HttpOnly; SameSite=Strict${local ? "" : "; Secure"}`;

  function valid(c: Context): { value: string; hash: string } | undefined {
    const value = getCookie(c, name) ?? "";
    const [hash = "", until = "", signature = "", ...more] = value.split(".");
    if (more.length > 0 || !isSigned(signature, secret, "session", hash, until) || Number(until) * 1000 <= now())
      return undefined;
    return { value, hash };
  }

  return {
    async open(presentedKey) {
      const digest = digestOf(presentedKey);
      const key = digest && (await findKey(digest));
      if (!key) return undefined;
      const until = String(Math.floor(now() / 1000) + LASTS_SECONDS);
      return `${name}=${key.hash}.${until}.${sign(secret, "session", key.hash, until)}; Max-Age=${LASTS_SECONDS}; ${attributes}`;
    },
    async read(c) {
      const session = valid(c);
      const key = session && (await findKey(Buffer.from(session.hash, "hex")));
      return key && { key, formToken: sign(secret, "form", session.value) };
    },
    isSameOrigin(c) {
      const site = c.req.header("sec-fetch-site");
      if (site !== undefined) return site === "same-origin";
      const origin = URL.parse(c.req.header("origin") ?? "");
      return origin?.host === c.req.header("host") && (local || origin?.protocol === "https:");
    },
    isOwnForm(c, token) {
      const session = valid(c);
      return session !== undefined && isSigned(token, secret, "form", session.value);
    },
    close: () => `${name}=; Max-Age=0; ${attributes}`,
  };
}
