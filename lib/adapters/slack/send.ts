import { type FetchFunction, IncomingWebhook } from "@slack/webhook";
import type { SendOutcome } from "../../domain/channel/send-outcome.ts";
import type { Payload } from "./message.ts";
import { type Answer, outcomeOfAnswer, outcomeOfError } from "./outcome.ts";

/** More than Slack ever answers, less than a proxy's error page. */
const LONGEST_ANSWER = 4_096;

/**
 * Posts one message once and never throws; the caller retries.
 * The library drops response headers and accepts every 2xx, so the response is recorded before the library reads it.
 */
export async function post(url: string, payload: Payload, timeoutMs: number): Promise<SendOutcome> {
  let answer: Answer | undefined;
  const keepAnswer: FetchFunction = async (address, init) => {
    // A connection kept open while the process was frozen may be dead; then nobody knows whether the message arrived.
    const headers = { ...init?.headers, connection: "close" };
    const response = await fetch(address, { ...init, headers, redirect: "manual" });
    answer = { status: response.status, body: "", retryAfter: response.headers.get("retry-after") ?? undefined };
    answer.body = await beginningOf(response);
    return Object.assign(response, { text: async () => answer?.body ?? "" });
  };
  try {
    await new IncomingWebhook(url, { timeout: timeoutMs, fetch: keepAnswer }).send(payload);
  } catch (error) {
    if (answer === undefined) return outcomeOfError(error);
  }
  return answer === undefined ? { kind: "unknown", reason: "no answer" } : outcomeOfAnswer(answer, Date.now());
}

async function beginningOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LONGEST_ANSWER) break;
  }
  return text;
}
