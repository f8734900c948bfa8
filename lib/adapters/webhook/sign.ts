import { createHmac } from "node:crypto";

const PREFIX = "whsec_";

/**
 * Returns the headers of Standard Webhooks (https://www.standardwebhooks.com). Signs with each secret, so that a receiver can rotate
 * its secret. `now` in milliseconds.
 */
export function signedHeaders(id: string, body: string, secrets: string[], now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  });
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
