import ky from "ky";
import type { Observation } from "../../../domain/job/job.ts";
import type { Clock, Log } from "../../../ports.ts";
import type { AuthHeaders, Authorise } from "../auth/authorise.ts";
import type { CloudSettings } from "../auth/settings.ts";
import { createSignIn } from "../auth/sign-in.ts";
import { answerOf, observationOf, type ResponseParser, withRequestId } from "./answer.ts";
import { contentOf, createBoundedFetch } from "./bounded-fetch.ts";
import { broken, noAnswer, tooLong } from "./unreachable.ts";
import { withTimeout } from "./with-timeout.ts";

export interface Question {
  projectId: string;
  /** Of an endpoint that the settings allow: it is given a token or a signature. */
  url: string;
  parser: ResponseParser;
}

/** One GET about one job. Never throws; over within the time, body and token included. */
export type CloudClient = (question: Question, timeoutMs: number) => Promise<Observation>;

/** No retry of ky's own: the schedule looks again. The time is kept by `within`. */
const NO_HELP = { retry: 0, throwHttpErrors: false, timeout: false } as const;

/** A look is one request, and one more with a new token or other credentials where the first was refused. */
export function createCloudClient(settings: CloudSettings, ports: { clock: Clock; log: Log }): CloudClient {
  const fetch = createBoundedFetch(settings.sockets);
  const signIn = createSignIn(settings, ports);

  return (question, timeoutMs) =>
    withTimeout<Observation>(timeoutMs, (signal) => poll(question, signal), noAnswer(question.parser.upstream, timeoutMs));

  async function poll(question: Question, signal: AbortSignal): Promise<Observation> {
    try {
      const authorise = signIn.authorise();
      const first = await pollWith(authorise, question, signal);
      if (!isRefused(first)) return first;
      const other = await signIn.insteadOf(authorise);
      return other === undefined ? first : await pollWith(other, question, signal);
    } catch (error) {
      return broken(error, question.parser.upstream);
    }
  }

  async function pollWith(authorise: Authorise, question: Question, signal: AbortSignal): Promise<Observation> {
    const auth = await authorise(question);
    if (auth.kind === "unreachable") return auth;
    const first = await send(question, auth, signal);
    if (!isRefused(first) || !auth.renew) return first;
    const renewed = await auth.renew();
    return renewed.kind === "unreachable" ? renewed : await send(question, renewed, signal);
  }

  async function send({ url, parser }: Question, auth: AuthHeaders, signal: AbortSignal): Promise<Observation> {
    let observation: Observation | undefined;
    try {
      const headers = { ...auth.headers, "content-type": "application/json", accept: "application/json" };
      const response = await ky.get(url, { ...NO_HELP, fetch: fetch(signal, headers) });
      const content = contentOf(response);
      const answer = answerOf(response.status, content.headers, content.text, auth.secrets);
      observation =
        content.text === undefined
          ? withRequestId(tooLong(parser.upstream), answer)
          : observationOf(answer, parser, ports.clock.now());
      return observation;
    } finally {
      auth.ended?.(observation);
    }
  }
}

function isRefused(observation: Observation): boolean {
  return observation.kind === "unreachable" && observation.cause === "credentials";
}
