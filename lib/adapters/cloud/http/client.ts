import ky from "ky";
import type { Observation } from "../../../domain/job/job.ts";
import type { Clock, Log } from "../../../ports.ts";
import type { AuthHeaders, Authorise } from "../auth/auth-headers.ts";
import type { CloudSettings } from "../auth/settings.ts";
import { createSignIn } from "../auth/sign-in.ts";
import { answerOf, observationOf, type ResponseParser, withRequestId } from "./answer.ts";
import { createBoundedFetch, textOf } from "./bounded-fetch.ts";
import { noAnswer, requestFailed, tooLong } from "./unreachable.ts";
import { withTimeout } from "./with-timeout.ts";

export interface CloudRequest {
  projectId: string;
  /** Must belong to a configured endpoint: it gets a token or a signature. */
  url: string;
  parser: ResponseParser;
}

/** Makes one GET for one job. Never throws. `timeoutMs` includes the token and the body. */
export type CloudClient = (request: CloudRequest, timeoutMs: number) => Promise<Observation>;

/** No retries by ky: the schedule polls again. withTimeout limits the time. */
const KY_OPTIONS = { retry: 0, throwHttpErrors: false, timeout: false } as const;

/** A poll is one request, and another one with a new token or new credentials if the first is rejected. */
export function createCloudClient(settings: CloudSettings, ports: { clock: Clock; log: Log }): CloudClient {
  const fetch = createBoundedFetch(settings.sockets);
  const signIn = createSignIn(settings, ports);

  return (request, timeoutMs) =>
    withTimeout<Observation>(timeoutMs, (signal) => poll(request, signal), noAnswer(request.parser.upstream, timeoutMs));

  async function poll(request: CloudRequest, signal: AbortSignal): Promise<Observation> {
    try {
      const authorise = signIn.authorise();
      const first = await pollWith(authorise, request, signal);
      if (!isRejected(first)) return first;
      const other = await signIn.replacementFor(authorise);
      return other === undefined ? first : await pollWith(other, request, signal);
    } catch (error) {
      return requestFailed(error, request.parser.upstream);
    }
  }

  async function pollWith(authorise: Authorise, request: CloudRequest, signal: AbortSignal): Promise<Observation> {
    const auth = await authorise(request);
    if (auth.kind === "unreachable") return auth;
    const first = await send(request, auth, signal);
    if (!isRejected(first) || !auth.renew) return first;
    const renewed = await auth.renew();
    return renewed.kind === "unreachable" ? renewed : await send(request, renewed, signal);
  }

  async function send({ url, parser }: CloudRequest, auth: AuthHeaders, signal: AbortSignal): Promise<Observation> {
    let observation: Observation | undefined;
    try {
      const headers = { ...auth.headers, "content-type": "application/json", accept: "application/json" };
      const response = await ky.get(url, { ...KY_OPTIONS, fetch: fetch(signal, headers) });
      const text = await textOf(response);
      const answer = answerOf(response, text, auth.secrets);
      observation =
        text === undefined ? withRequestId(tooLong(parser.upstream), answer) : observationOf(answer, parser, ports.clock.now());
      return observation;
    } finally {
      auth.onEnd?.(observation);
    }
  }
}

function isRejected(observation: Observation): boolean {
  return observation.kind === "unreachable" && observation.cause === "credentials";
}
