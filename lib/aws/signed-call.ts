import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SignatureV4 } from "@smithy/signature-v4";

export interface AwsCall {
  service: "ssm" | "lambda";
  path: string;
  headers: Record<string, string>;
  body: string;
}

interface AwsAnswer {
  statusCode: number;
  text: string;
}

const TRIES = 3;
const FIRST_WAIT_MS = 100;

/**
 * One signed POST to a service of AWS besides the table; gives back the answer's body. The services' own clients describe
 * every shape of theirs: 270 KB for the three calls that are made, which each cold start would pay. Credentials, region and
 * connections are those of the table's client. Worst case: 3 tries of 2 s with short waits between, about 7 s. Throws where
 * the last try was refused.
 */
export async function callAws(call: AwsCall): Promise<string> {
  const { config } = new DynamoDBClient({
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
  const region = await config.region();
  const url = new URL(call.path, configuredEndpoint(call.service) ?? `https://${call.service}.${region}.${suffixOf(region)}`);
  const signer = new SignatureV4({ credentials: config.credentials, region, service: call.service, sha256: config.sha256 });

  const ask = async (): Promise<AwsAnswer> => {
    const headers = { ...call.headers, host: url.host, "content-length": String(Buffer.byteLength(call.body)) };
    const where = { protocol: url.protocol, hostname: url.hostname, path: url.pathname, query: {} };
    const port = url.port === "" ? {} : { port: Number(url.port) };
    const signed = await signer.sign({ method: "POST", headers, body: call.body, ...where, ...port });
    const { response } = await config.requestHandler.handle(signed as never);
    const chunks: Buffer[] = [];
    for await (const chunk of response.body) chunks.push(chunk);
    return { statusCode: response.statusCode, text: Buffer.concat(chunks).toString("utf8") };
  };

  try {
    for (let attempt = 1; ; attempt++) {
      const answer = await ask().catch((error: unknown) => {
        if (attempt === TRIES) throw error;
      });
      if (answer && answer.statusCode < 300) return answer.text;
      if (answer && (attempt === TRIES || !isPassing(answer))) throw refusal(call, answer);
      await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS * 2 ** attempt * (0.5 + Math.random() / 2)));
    }
  } finally {
    config.requestHandler.destroy?.();
  }
}

/** The variables that AWS's own clients heed. */
function configuredEndpoint(service: AwsCall["service"]): string | undefined {
  return process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || process.env.AWS_ENDPOINT_URL || undefined;
}

function suffixOf(region: string): string {
  if (region.startsWith("cn-")) return "amazonaws.com.cn";
  return region.startsWith("eusc-") ? "amazonaws.eu" : "amazonaws.com";
}

function isPassing({ statusCode, text }: AwsAnswer): boolean {
  return statusCode >= 500 || statusCode === 429 || /Throttl|TooManyRequests/.test(text);
}

/** Only the kind of the refusal: its text is not known to hold no more than it should. */
function refusal({ service, headers }: AwsCall, { statusCode, text }: AwsAnswer): Error {
  const kind = /"__type"\s*:\s*"(?:[^"#]*#)?(\w{1,64})"/.exec(text)?.[1] ?? "no reason given";
  const error = new Error(`AWS refused ${headers["x-amz-target"] ?? service}: ${statusCode} ${kind}`);
  return Object.assign(error, { name: kind.includes(" ") ? "AwsRefusal" : kind });
}
