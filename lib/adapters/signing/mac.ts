import { createHmac, timingSafeEqual } from "node:crypto";

/** A signature is valid for one purpose only. */
type Purpose = "session" | "form" | "link";

/** Returns an HMAC-SHA256 over the parts, in base64url. Parts must not contain line breaks, which separate them. */
export function sign(secret: string, purpose: Purpose, ...parts: string[]): string {
  return createHmac("sha256", secret)
    .update([purpose, ...parts].join("\n"))
    .digest("base64url");
}

/** Compares in constant time. */
export function isSigned(signature: string, secret: string, purpose: Purpose, ...parts: string[]): boolean {
  const [actual, expected] = [Buffer.from(signature), Buffer.from(sign(secret, purpose, ...parts))];
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
