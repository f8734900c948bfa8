import { createHmac, timingSafeEqual } from "node:crypto";

/** What a signature is good for: one made for a link is none for a session. */
type Purpose = "session" | "form" | "link";

/** HMAC-SHA256 over the parts, in base64url. No part may hold a line break, which parts them. */
export function sign(secret: string, purpose: Purpose, ...parts: string[]): string {
  return createHmac("sha256", secret)
    .update([purpose, ...parts].join("\n"))
    .digest("base64url");
}

/** Takes as long for a signature that is wrong early as for one that is wrong late. */
export function isSigned(signature: string, secret: string, purpose: Purpose, ...parts: string[]): boolean {
  const [given, due] = [Buffer.from(signature), Buffer.from(sign(secret, purpose, ...parts))];
  return given.length === due.length && timingSafeEqual(given, due);
}
