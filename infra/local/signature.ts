import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

export interface AccessKey {
  accessKey: string;
  secretKey: string;
  /** Only for temporary keys. Must be sent with each request. */
  securityToken?: string;
  /** The projects that the key may access; all by default. */
  projectIds?: string[];
}

export interface Signatures {
  judge(request: IncomingMessage, body: string, projectId: string): "good" | "other project" | { because: string };
  setKeys(keys: AccessKey[]): void;
}

type Headers = IncomingMessage["headers"];

const FORM =
  /^SDK-HMAC-SHA256 Access=(?<accessKey>[^\s,]+), SignedHeaders=(?<names>[a-z0-9;-]+), Signature=(?<signature>[0-9a-f]{64})$/;
const DATE = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;
const SKEW_MS = 15 * 60_000;
const LOCK_MS = 5 * 60_000;
const FAILURES_BEFORE_LOCK = 5;
/** Must be signed if they are sent. Stricter than the gateway, which requires only a signed date. */
const SIGNED_IF_SENT = ["host", "x-sdk-date", "x-project-id", "x-security-token"];
const WRONG = "verify aksk signature fail";

/** Checks signed requests and answers with the gateway's own messages. More than five failures in a row lock a key for five minutes. */
export function createSignatures(keys: AccessKey[], now: () => number): Signatures {
  let known = keys;
  const failures = new Map<string, { count: number; at: number }>();

  function isLocked(accessKey: string): boolean {
    const failed = failures.get(accessKey);
    if (failed && now() >= failed.at + LOCK_MS) failures.delete(accessKey);
    return (failures.get(accessKey)?.count ?? 0) > FAILURES_BEFORE_LOCK;
  }

  return {
    setKeys: (keys) => {
      known = keys;
    },
    judge(request, body, projectId) {
      const { accessKey = "", names = "", signature = "" } = FORM.exec(request.headers.authorization ?? "")?.groups ?? {};
      const key = known.find((one) => one.accessKey === accessKey);
      if (key === undefined) return { because: `ak ${accessKey} not exist` };
      if (isLocked(accessKey)) return { because: "AK access failed to reach the limit,forbidden." };
      const because = signatureError(request, body, projectId, key, names.split(";"), signature, now());
      if (because !== undefined) {
        failures.set(accessKey, { count: (failures.get(accessKey)?.count ?? 0) + 1, at: now() });
        return { because };
      }
      failures.delete(accessKey);
      return key.projectIds === undefined || key.projectIds.includes(projectId) ? "good" : "other project";
    },
  };
}

function signatureError(
  request: IncomingMessage,
  body: string,
  projectId: string,
  key: AccessKey,
  names: string[],
  signature: string,
  now: number,
): string | undefined {
  const { headers } = request;
  const date = String(headers["x-sdk-date"] ?? "");
  const signedAt = Date.parse(date.replace(DATE, "$1-$2-$3T$4:$5:$6Z"));
  if (!DATE.test(date) || Number.isNaN(signedAt)) return `${WRONG}, x-sdk-date is missing or wrong`;
  if (Math.abs(now - signedAt) > SKEW_MS)
    return `calc aksk signature fail:signature expired, signature time:${date},server time:${basic(now)}`;
  const unsigned = SIGNED_IF_SENT.find((name) => headers[name] !== undefined && !names.includes(name));
  if (unsigned !== undefined) return `${WRONG}, ${unsigned} is not signed`;
  const absent = names.find((name) => headers[name] === undefined);
  if (absent !== undefined) return `${WRONG}, the signed ${absent} is missing`;
  if (headers["x-security-token"] !== key.securityToken) return `${WRONG}, the security token is another key's`;
  if ((headers["x-project-id"] ?? projectId) !== projectId) return `${WRONG}, x-project-id is another project's`;
  const canonical = canonicalRequest(request.method ?? "", request.url ?? "", headers, names, body);
  const expected = createHmac("sha256", key.secretKey)
    .update(["SDK-HMAC-SHA256", date, hex(canonical)].join("\n"))
    .digest();
  if (timingSafeEqual(expected, Buffer.from(signature, "hex"))) return undefined;
  return `${WRONG}, canonicalRequest:${canonical.replaceAll("\n", "|")}`;
}

function canonicalRequest(method: string, url: string, headers: Headers, names: string[], body: string): string {
  const queryStart = url.indexOf("?");
  const path = queryStart < 0 ? url : url.slice(0, queryStart);
  const segments = path.split("/").map(recoded);
  if (segments.at(-1) !== "") segments.push("");
  const lines = names.map((name) => `${name}:${String(headers[name]).trim()}`);
  return [
    method,
    segments.join("/"),
    queryStart < 0 ? "" : query(url.slice(queryStart + 1)),
    ...lines,
    "",
    names.join(";"),
    hex(body),
  ].join("\n");
}

function query(text: string): string {
  const pairs = text.split("&").filter((pair) => pair !== "");
  const recodedPairs = pairs.map((pair) => {
    const [name = "", ...value] = pair.split("=");
    return { name: decoded(name), value: decoded(value.join("=")) };
  });
  recodedPairs.sort((one, other) => compare(one.name, other.name) || compare(one.value, other.value));
  return recodedPairs.map(({ name, value }) => `${percent(name)}=${percent(value)}`).join("&");
}

function compare(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function recoded(segment: string): string {
  return percent(decoded(segment));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Percent-encodes every byte except letters, digits and `-_.~`. */
function percent(text: string): string {
  const byte = (value: number) => `%${value.toString(16).toUpperCase().padStart(2, "0")}`;
  return [...Buffer.from(text)]
    .map((value) => (/[\w.~-]/.test(String.fromCharCode(value)) ? String.fromCharCode(value) : byte(value)))
    .join("");
}

function hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function basic(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, "");
}
