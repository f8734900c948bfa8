import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SignatureV4 } from "@smithy/signature-v4";

export interface Answer {
  status: number;
  body: string;
}

/** No answer; `written`: the request may have arrived. */
export interface NoAnswer {
  code?: string;
  written: boolean;
}

/** Where the bus is, absent for the region's own endpoint; what of AWS's clients can be set by a variable of theirs. */
export type Endpoint = string | undefined;

const CONNECT_MS = 1_000;

/**
 * One signed PutEvents, tried once: whoever calls keeps what was not taken. EventBridge's own client would add 56 KB to each
 * bundle for this one call; credentials, region and connection are those that the table's client would use. Never throws.
 */
export async function putEvents(entries: object[], endpoint: Endpoint, timeoutMs: number): Promise<Answer | NoAnswer> {
  const requestHandler = { connectionTimeout: CONNECT_MS, requestTimeout: timeoutMs, throwOnRequestTimeout: true };
  const { config } = new DynamoDBClient({ requestHandler });
  let written = false;
  try {
    const region = await config.region();
    const url = new URL(endpoint ?? `https://events.${region}.${suffixOf(region)}`);
    const body = JSON.stringify({ Entries: entries });
    const headers = {
      host: url.host,
      "content-type": "application/x-amz-json-1.1",
      "content-length": String(Buffer.byteLength(body)),
      "x-amz-target": "AWSEvents.PutEvents",
    };
    const port = url.port === "" ? {} : { port: Number(url.port) };
    const to = { method: "POST", protocol: url.protocol, hostname: url.hostname, path: "/", query: {}, ...port };
    const signer = new SignatureV4({ credentials: config.credentials, region, service: "events", sha256: config.sha256 });
    const signed = await signer.sign({ ...to, headers, body });
    written = true;
    const { response } = await config.requestHandler.handle(signed as never);
    const chunks: Buffer[] = [];
    for await (const chunk of response.body) chunks.push(chunk);
    return { status: response.statusCode, body: Buffer.concat(chunks).toString("utf8") };
  } catch (error) {
    const code = codeOf(error);
    return { written: written && !NEVER_WRITTEN.test(code ?? ""), ...(code !== undefined && { code }) };
  } finally {
    config.requestHandler.destroy?.();
  }
}

const NEVER_WRITTEN = /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|ENETUNREACH|EHOSTUNREACH)$/;

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : undefined;
}

function suffixOf(region: string): string {
  if (region.startsWith("cn-")) return "amazonaws.com.cn";
  return region.startsWith("eusc-") ? "amazonaws.eu" : "amazonaws.com";
}
