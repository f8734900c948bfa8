import { dig, parseJson } from "../../infra/local/listen.ts";
import type { Given } from "../contract/exchange.ts";

/** An api behind the contract proxy gave this answer; without it the proxy gave it. */
export const PASSED = "contract-passed";
/** What the proxy finds in a request or an answer that it lets through all the same. */
const VIOLATIONS = "sl-violations";

/**
 * How a request or its answer breaks the contract. What is only a warning to the proxy counts: a status of 4xx or 5xx that is not in the document
 * is one. Of a request that is wrong on purpose the proxy must tell, and nothing of its answer.
 */
export function breachOf({ status, headers, body }: Given, isWrong: boolean): string | undefined {
  if (!(PASSED in headers)) return `the proxy stops it: ${problemWords(body)}`;
  const delivered = headers[VIOLATIONS];
  if (delivered === undefined) return isWrong ? "wrong on purpose, yet the document allows it" : undefined;
  const violations = parseJson(delivered);
  // Too many of them are cut short, and could hide some of the answer.
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
