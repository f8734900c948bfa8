import { randomUUID } from "node:crypto";

export const CORRELATION_HEADER = "X-Correlation-Id";

/** Safe in logs, Slack and pages: it cannot link, mention or format anything. An API key that was sent by mistake is not accepted. */
const INERT = /^(?!sfsjw_)[A-Za-z0-9][A-Za-z0-9_-]{0,61}={0,2}$/;

/** serverless-offline sends this request id with every request. */
const NO_ID = "offlineContext_resourceId";

/**
 * Returns the id that identifies a request in its response, the logs and the job. It is the client's id
 * if that is well formed, else the gateway's request id, which the access log has too.
 */
export function correlationIdOf(given: string | undefined, requestId: string | undefined): string {
  return [given, requestId].find((id) => id !== undefined && id !== NO_ID && INERT.test(id)) ?? randomUUID();
}
