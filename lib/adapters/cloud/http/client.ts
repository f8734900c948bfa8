import ky from "ky";
import type { Unreachable } from "../../../domain/job/job.ts";
import type { Clock, Log } from "../../../ports.ts";
import type { AuthHeaders, Authorise, Outcome } from "../auth/auth-headers.ts";
import type { CloudSettings } from "../auth/settings.ts";
import { createSignIn } from "../auth/sign-in.ts";
import { type Answer, answerOf, withRequestId } from "./answer.ts";
import { createBoundedFetch, MAX_BODY_BYTES, textOf } from "./bounded-fetch.ts";
import { noAnswer, requestFailed, tooLong } from "./unreachable.ts";
import { withTimeout } from "./with-timeout.ts";

export interface CloudRequest<Result extends Outcome> {
  projectId: string;
  /** Must belong to a configured endpoint: it gets a token or a signature. */
  url: string;
  /** Name of the API in messages: "the job API". */
  upstream: string;
  /** Reads the answer, whatever its status is. */
  read(answer: Answer, now: number): Result;
  /** A page of a list may be longer than the answer to a poll. */
  isPage?: true;
}

/** Makes one GET. Never throws. `timeoutMs` includes the token and the body. */
export type CloudClient = <Result extends Outcome>(
  request: CloudRequest<Result>,
  timeoutMs: number,
) => Promise<Result | Unreachable>;

/** No retries by ky: the schedule polls again. withTimeout limits the time. */
const KY_OPTIONS = { retry: 0, throwHttpErrors: false, timeout: false } as const;
const MAX_PAGE_BYTES = 2 ** 23;
const PAGE_SOCKETS = 8;

/** A poll is one request, and another one with a new token or new credentials if the first is rejected. */
export function createCloudClient(settings: CloudSettings, ports: { clock: Clock; log: Log }): CloudClient {
  const polls = { fetch: createBoundedFetch(settings.sockets), maxBytes: MAX_BODY_BYTES };
  // Pages have connections and turns of their own, so that a long list delays no poll.
  const pages = { fetch: createBoundedFetch(PAGE_SOCKETS, MAX_PAGE_BYTES), maxBytes: MAX_PAGE_BYTES };
  const signIn = createSignIn(settings, ports);

  return (request, timeoutMs) =>
    withTimeout(timeoutMs, (signal) => get(request, signal), noAnswer(request.upstream, timeoutMs));

  async function get<Result extends Outcome>(
    request: CloudRequest<Result>,
    signal: AbortSignal,
  ): Promise<Result | Unreachable> {
    try {
      const authorise = signIn.authorise();
      const first = await getWith(authorise, request, signal);
      if (!isRejected(first)) return first;
      const other = await signIn.replacementFor(authorise);
      return other === undefined ? first : await getWith(other, request, signal);
    } catch (error) {
      return requestFailed(error, request.upstream);
    }
  }

  async function getWith<Result extends Outcome>(
    authorise: Authorise,
    request: CloudRequest<Result>,
    signal: AbortSignal,
  ): Promise<Result | Unreachable> {
    const auth = await authorise(request);
    if (auth.kind === "unreachable") return auth;
    const first = await send(request, auth, signal);
    if (!isRejected(first) || !auth.renew) return first;
    const renewed = await auth.renew();
    return renewed.kind === "unreachable" ? renewed : await send(request, renewed, signal);
  }

  async function send<Result extends Outcome>(
    { url, upstream, read, isPage }: CloudRequest<Result>,
    auth: AuthHeaders,
    signal: AbortSignal,
  ): Promise<Result | Unreachable> {
    let outcome: Result | Unreachable | undefined;
    try {
      const { fetch, maxBytes } = isPage ? pages : polls;
      const headers = { ...auth.headers, "content-type": "application/json", accept: "application/json" };
      const response = await ky.get(url, { ...KY_OPTIONS, fetch: fetch(signal, headers) });
      const text = await textOf(response);
      const answer = answerOf(response, text, auth.secrets);
      outcome = text === undefined ? withRequestId(tooLong(upstream, maxBytes), answer) : read(answer, ports.clock.now());
      return outcome;
    } finally {
      auth.onEnd?.(outcome);
    }
  }
}

function isRejected(outcome: Outcome): boolean {
  return outcome.kind === "unreachable" && outcome.cause === "credentials";
}
