import { isIP } from "node:net";
import { CHANNEL_NAME, CHANNEL_NAME_RULE } from "./channel-names.ts";
import type { SettingReader } from "./setting-reader.ts";

/** URL and signing secrets of a signed webhook. */
export interface Webhook {
  url: string;
  secrets: string[];
}

const SECRET = /^whsec_(?<base64>[A-Za-z0-9+/]+={0,2})$/;
const HOST = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;
/** Names that are never public (RFC 6761, 6762, 8375, and those of AWS). */
const PRIVATE_HOST = /(^|\.)(localhost|local|internal|lan|home|corp|localdomain|test|invalid|example|onion|home\.arpa)$/;
const PORTS = ["", "8443"];
const URL_RULE = "use https with a public host name, port 443 or 8443, without user or fragment";
const EXAMPLE = '{"<name>": {"url": "https://receiver.example.com/hook", "secrets": ["whsec_..."]}}';

/** Reads WEBHOOKS: channels whose messages are signed events. */
export function readWebhooks(read: SettingReader, local: boolean): Record<string, Webhook> {
  const webhooks: Record<string, Webhook> = {};
  for (const [name, value] of Object.entries(read.json("WEBHOOKS"))) {
    if (!CHANNEL_NAME.test(name)) {
      read.problem("WEBHOOKS", `has an invalid channel name: ${CHANNEL_NAME_RULE}`);
      continue;
    }
    webhooks[name] = webhookOf((what, rule) => read.problem("WEBHOOKS", `has ${what} for "${name}": ${rule}`), value, local);
  }
  return webhooks;
}

function webhookOf(problem: (what: string, rule: string) => void, value: unknown, local: boolean): Webhook {
  const given: Record<string, unknown> = typeof value === "object" && value !== null ? { ...value } : {};
  const { url: address, secrets, ...others } = given;
  if (Object.keys(others).length > 0) problem("an unknown key", "only url and secrets are allowed");
  const url = canonical(address, local);
  if (url === undefined) problem("a wrong url", `${URL_RULE}, like ${EXAMPLE}`);
  const isGood = Array.isArray(secrets) && secrets.length >= 1 && secrets.length <= 3 && secrets.every(isSecret);
  if (!isGood) problem("wrong secrets", "use one to three, each whsec_ and 24 to 64 bytes in Base64");
  return { url: url ?? "", secrets: isGood ? secrets : [] };
}

/** 24 to 64 bytes, as Standard Webhooks requires. Encoding the key again must give the same text, or it is not Base64. */
function isSecret(secret: unknown): secret is string {
  const base64 = typeof secret === "string" ? SECRET.exec(secret)?.groups?.base64 : undefined;
  const key = Buffer.from(base64 ?? "", "base64");
  return key.length >= 24 && key.length <= 64 && key.toString("base64") === base64;
}

/** Returns the URL as a client parses it, or undefined if it must not be called. */
function canonical(value: unknown, local: boolean): string | undefined {
  if (typeof value !== "string" || !/^[!-~]{1,2000}$/.test(value) || value.includes("\\")) return undefined;
  const url = URL.parse(value);
  if (url?.username !== "" || url.password !== "" || value.includes("#")) return undefined;
  if (local && url.protocol === "http:" && url.hostname === "127.0.0.1") return url.href;
  return url.protocol === "https:" && PORTS.includes(url.port) && isPublicName(url.hostname) ? url.href : undefined;
}

function isPublicName(hostname: string): boolean {
  return HOST.test(hostname) && isIP(hostname) === 0 && !PRIVATE_HOST.test(hostname);
}
