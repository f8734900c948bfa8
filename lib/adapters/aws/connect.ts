import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SignatureV4 } from "@smithy/signature-v4";

export interface AwsPost {
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface AwsAnswer {
  status: number;
  body: string;
}

export interface AwsConnection {
  /** Signs a POST. Returns a function that sends it once. */
  sign(post: AwsPost): Promise<() => Promise<AwsAnswer>>;
  close(): void;
}

const CONNECT_MS = 1_000;

/**
 * Connects to an AWS service other than the table. The clients of the SDK would add 270 KB to each cold start.
 * Uses the credentials, region and connections of the table's client. Default endpoint: that of the region.
 */
export function connectAws(service: string, endpoint: string | undefined, timeoutMs: number): AwsConnection {
  const { config } = new DynamoDBClient({
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
  });

  async function sign({ path, headers, body }: AwsPost): Promise<() => Promise<AwsAnswer>> {
    const region = await config.region();
    const url = new URL(path, endpoint ?? `https://${service}.${region}.${suffixOf(region)}`);
    const signer = new SignatureV4({ credentials: config.credentials, region, service, sha256: config.sha256 });
    const signed = await signer.sign({
      ...{ method: "POST", protocol: url.protocol, hostname: url.hostname, path: url.pathname, query: {} },
      ...(url.port !== "" && { port: Number(url.port) }),
      headers: { ...headers, host: url.host, "content-length": String(Buffer.byteLength(body)) },
      body,
    });
    return async () => {
      const { response } = await config.requestHandler.handle(signed as never);
      const chunks: Buffer[] = [];
      for await (const chunk of response.body) chunks.push(chunk);
      return { status: response.statusCode, body: Buffer.concat(chunks).toString("utf8") };
    };
  }

  return { sign, close: () => config.requestHandler.destroy?.() };
}

function suffixOf(region: string): string {
  if (region.startsWith("cn-")) return "amazonaws.com.cn";
  return region.startsWith("eusc-") ? "amazonaws.eu" : "amazonaws.com";
}
