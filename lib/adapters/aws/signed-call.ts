import { type AwsAnswer, type AwsPost, connectAws } from "./connect.ts";

export interface AwsCall extends AwsPost {
  service: "ssm" | "lambda" | "sts";
}

const TIMEOUT_MS = 2_000;
const TRIES = 3;
const FIRST_WAIT_MS = 100;

/**
 * One signed POST; gives back the answer's body. Worst case: 3 tries of 2 s with short waits between, about 7 s. Throws where
 * the last try was refused.
 */
export async function callAws(call: AwsCall): Promise<string> {
  const aws = connectAws(call.service, configuredEndpoint(call.service), TIMEOUT_MS);
  const request = async () => (await aws.sign(call))();
  try {
    for (let attempt = 1; ; attempt++) {
      const answer = await request().catch((error: unknown) => {
        if (attempt === TRIES) throw error;
      });
      if (answer && answer.status < 300) return answer.body;
      if (answer && (attempt === TRIES || !isTransient(answer))) throw refusal(call, answer);
      await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS * 2 ** attempt * (0.5 + Math.random() / 2)));
    }
  } finally {
    aws.close();
  }
}

/** The variables that AWS's own clients heed. */
function configuredEndpoint(service: AwsCall["service"]): string | undefined {
  return process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || process.env.AWS_ENDPOINT_URL || undefined;
}

function isTransient({ status, body }: AwsAnswer): boolean {
  return status >= 500 || status === 429 || /Throttl|TooManyRequests/.test(body);
}

/** Only the kind of the refusal: its text is not known to hold no more than it should. */
function refusal({ service, headers }: AwsCall, { status, body }: AwsAnswer): Error {
  const kind = /"__type"\s*:\s*"(?:[^"#]*#)?(\w{1,64})"/.exec(body)?.[1] ?? "no reason given";
  const error = new Error(`AWS refused ${headers["x-amz-target"] ?? service}: ${status} ${kind}`);
  return Object.assign(error, { name: kind.includes(" ") ? "AwsRefusal" : kind });
}
