import { type AwsAnswer, type AwsPost, connectAws } from "./connect.ts";

export interface AwsCall extends AwsPost {
  service: "ssm" | "lambda" | "sts";
  /** Undefined: that of the region. */
  endpoint: string | undefined;
}

const TIMEOUT_MS = 2_000;
const MAX_ATTEMPTS = 3;
const FIRST_WAIT_MS = 100;

/**
 * Sends one signed POST and returns the body. Makes up to 3 attempts of 2 s with short waits, about 7 s in total.
 * Throws if the last attempt fails.
 */
export async function callAws(call: AwsCall): Promise<string> {
  const aws = connectAws(call.service, call.endpoint, TIMEOUT_MS);
  const request = async () => (await aws.sign(call))();
  try {
    for (let attempt = 1; ; attempt++) {
      const answer = await request().catch((error: unknown) => {
        if (attempt === MAX_ATTEMPTS) throw error;
      });
      if (answer && answer.status < 300) return answer.body;
      if (answer && (attempt === MAX_ATTEMPTS || !isTransient(answer))) throw errorOf(call, answer);
      await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS * 2 ** attempt * (0.5 + Math.random() / 2)));
    }
  } finally {
    aws.close();
  }
}

function isTransient({ status, body }: AwsAnswer): boolean {
  return status >= 500 || status === 429 || /Throttl|TooManyRequests/.test(body);
}

/** Keeps only the type of the error, since its text may contain more than may be logged. */
function errorOf({ service, headers }: AwsCall, { status, body }: AwsAnswer): Error {
  const kind = /"__type"\s*:\s*"(?:[^"#]*#)?(\w{1,64})"/.exec(body)?.[1] ?? "no reason given";
  const error = new Error(`AWS rejected ${headers["x-amz-target"] ?? service}: ${status} ${kind}`);
  return Object.assign(error, { name: kind.includes(" ") ? "AwsError" : kind });
}
