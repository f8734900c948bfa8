import { type AwsAnswer, connectAws } from "../aws/connect.ts";

/** No answer; `written`: the request may have arrived. */
export interface NoAnswer {
  code?: string;
  written: boolean;
}

const HEADERS = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AWSEvents.PutEvents" };

/** Calls PutEvents once, without retries. The caller keeps events that were not accepted. Never throws. */
export async function putEvents(
  entries: object[],
  endpoint: string | undefined,
  timeoutMs: number,
): Promise<AwsAnswer | NoAnswer> {
  const aws = connectAws("events", endpoint, timeoutMs);
  let written = false;
  try {
    const send = await aws.sign({ path: "/", headers: HEADERS, body: JSON.stringify({ Entries: entries }) });
    written = true;
    return await send();
  } catch (error) {
    const code = codeOf(error);
    return { written: written && !NEVER_WRITTEN.test(code ?? ""), ...(code !== undefined && { code }) };
  } finally {
    aws.close();
  }
}

const NEVER_WRITTEN = /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|ENETUNREACH|EHOSTUNREACH)$/;

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : undefined;
}
