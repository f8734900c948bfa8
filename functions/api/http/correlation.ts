import { randomUUID } from "node:crypto";

export const CORRELATION_HEADER = "X-Correlation-Id";

/** Nothing in it can link, mention or format anything, in a log, in Slack or in a page; and no key that was sent by mistake goes there. */
const INERT = /^(?!sfsjw_)[A-Za-z0-9][A-Za-z0-9_-]{0,61}={0,2}$/;

/** What serverless-offline says of every request alike. */
const NO_ID = "offlineContext_resourceId";

/**
 * The id by which one request is followed: from its answer over the job and the poller's log to the footer of the message.
 * What the client sent, where it is well formed; else the gateway's own, by which the access log knows the request.
 */
export function correlationIdOf(given: string | undefined, requestId: string | undefined): string {
  return [given, requestId].find((id) => id !== undefined && id !== NO_ID && INERT.test(id)) ?? randomUUID();
}
