import { dig, parseJson } from "../../infra/local/listen.ts";
import type { Given } from "../contract/exchange.ts";

/** The header of answers that an api gave. Without it, the proxy itself answered. */
export const PASSED = "contract-passed";
/** The header in which the proxy lists violations of requests and answers that it forwards. */
const VIOLATIONS = "sl-violations";

/**
 * Returns how a request or its answer violates the contract. Warnings of the proxy count too, such as an undocumented status of 4xx or 5xx. For
 * a request that is wrong on purpose, the proxy must report the request and nothing about its answer.
 */
export function breachOf({ status, headers, body }: Given, isWrong: boolean): string | undefined {
  if (!(PASSED in headers)) return `the proxy stops it: ${problemWords(body)}`;
  const delivered = headers[VIOLATIONS];
  if (delivered === undefined) return isWrong ? "wrong on purpose, yet the document allows it" : undefined;
  const violations = parseJson(delivered);
  // A long list is truncated, and could hide violations of the answer.
  if (!Array.isArray(violations)) return `${status}: ${delivered}`;
  const isOfRequest = violations.every((one) => dig(one, "location", "0") === "request");
  return isWrong && isOfRequest ? undefined : `${status}: ${words(violations)}`;
}

function problemWords(body: string): string {
  const problem = parseJson(body);
  const validation = dig(problem, "validation");
  if (Array.isArray(validation)) return words(validation);
  return String(dig(problem, "detail") ?? body);
}

function words(violations: unknown[]): string {
  return violations.map((one) => `${dig(one, "location")}: ${dig(one, "message")}`).join("; ");
}
