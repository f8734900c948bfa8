import { createHash, createHmac } from "node:crypto";

export interface SigningKey {
  accessKey: string;
  secretKey: string;
}

export interface SignableRequest {
  method: string;
  url: string;
  /** All of these are signed, with their names in lower case. Should include `host`. */
  headers: Record<string, string>;
  body?: string;
}

const ALGORITHM = "SDK-HMAC-SHA256";

/**
 * Returns the headers that sign a request with an access key, as the gateways of both clouds read them (the `Access=` layout of
 * https://github.com/huaweicloud/huaweicloud-sdk-go-v3/blob/master/core/auth/signer/signer.go).
 * Valid for 15 minutes around `now`, for this request only.
 */
export function sign(request: SignableRequest, key: SigningKey, now: number): { "x-sdk-date": string; authorization: string } {
  const date = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const headers = lowerCased({ ...request.headers, "x-sdk-date": date });
  const signedHeaders = headers.map(([name]) => name).join(";");
  const canonical = [
    request.method,
    canonicalPath(request.url),
    canonicalQuery(request.url),
    // Each line ends in a line feed, so that an empty line follows the block.
    headers.map(([name, value]) => `${name}:${value}\n`).join(""),
    signedHeaders,
    sha256(request.body ?? ""),
  ].join("\n");
  const signature = createHmac("sha256", key.secretKey)
    .update(`${ALGORITHM}\n${date}\n${sha256(canonical)}`)
    .digest("hex");
  return {
    "x-sdk-date": date,
    authorization: `${ALGORITHM} Access=${key.accessKey}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  };
}

/** Always ends in a slash, even if the path of the request does not. */
export function canonicalPath(url: string): string {
  const path = new URL(url).pathname.split("/").map((segment) => encode(decodeURIComponent(segment)));
  return path.join("/").replace(/\/?$/, "/");
}

export function canonicalQuery(url: string): string {
  const pairs = [...new URL(url).searchParams].sort(byCodePoint);
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
}

function lowerCased(headers: Record<string, string>): [string, string][] {
  return Object.entries(headers)
    .map(([name, value]): [string, string] => [name.toLowerCase(), value.trim()])
    .sort(byCodePoint);
}

function byCodePoint([name, value]: [string, string], [otherName, otherValue]: [string, string]): number {
  return (
    Buffer.compare(Buffer.from(name), Buffer.from(otherName)) || Buffer.compare(Buffer.from(value), Buffer.from(otherValue))
  );
}

/** Encodes all but letters, digits and `-_.~`. encodeURIComponent also leaves `!'()*`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
