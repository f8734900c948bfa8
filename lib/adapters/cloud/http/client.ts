import ky from "ky";
import type { Observation } from "../../../domain/job/job.ts";
import type { Clock, Log } from "../../../ports.ts";
import type { Authorise, Pass } from "../auth/authorise.ts";
import type { CloudSettings } from "../auth/settings.ts";
import { createSignIn } from "../auth/sign-in.ts";
import { answerOf, observationOf, type Reading, withRequestId } from "./answer.ts";
import { contentOf, createBoundedFetch } from "./bounded-fetch.ts";
import { broken, noAnswer, tooLong } from "./unreachable.ts";
import { within } from "./with-timeout.ts";

export interface Question {
  projectId: string;
  /** Of an endpoint that the settings allow: it is given a token or a signature. */
  url: string;
  reading: Reading;
}

/** One GET about one job. Never throws; over within the time, body and token included. */
export type Ask = (question: Question, timeoutMs: number) => Promise<Observation>;

/** No retry of ky's own: the schedule looks again. The time is kept by `within`. */
const NO_HELP = { retry: 0, throwHttpErrors: false, timeout: false } as const;

/** A look is one request, and one more with a new token or other credentials where the first was refused. */
export function createAsk(settings: CloudSettings, ports: { clock: Clock; log: Log }): Ask {
  const fetch = createBoundedFetch(settings.sockets);
  const signIn = createSignIn(settings, ports);

  return (question, timeoutMs) =>
    within<Observation>(timeoutMs, (signal) => look(question, signal), noAnswer(question.reading.peer, timeoutMs));

  async function look(question: Question, signal: AbortSignal): Promise<Observation> {
    try {
      const authorise = signIn.authorise();
      const first = await lookWith(authorise, question, signal);
      if (!isRefused(first)) return first;
      const other = await signIn.insteadOf(authorise);
      return other === undefined ? first : await lookWith(other, question, signal);
    } catch (error) {
      return broken(error, question.reading.peer);
    }
  }

  async function lookWith(authorise: Authorise, question: Question, signal: AbortSignal): Promise<Observation> {
    const pass = await authorise(question);
    if (pass.kind === "unreachable") return pass;
    const first = await ask(question, pass, signal);
    if (!isRefused(first) || !pass.renew) return first;
    const renewed = await pass.renew();
    return renewed.kind === "unreachable" ? renewed : await ask(question, renewed, signal);
  }

  async function ask({ url, reading }: Question, pass: Pass, signal: AbortSignal): Promise<Observation> {
    let observation: Observation | undefined;
    try {
      const headers = { ...pass.headers, "content-type": "application/json", accept: "application/json" };
      const response = await ky.get(url, { ...NO_HELP, fetch: fetch(signal, headers) });
      const content = contentOf(response);
      const answer = answerOf(response.status, content.headers, content.text, pass.secrets);
      observation =
        content.text === undefined
          ? withRequestId(tooLong(reading.peer), answer)
          : observationOf(answer, reading, ports.clock.now());
      return observation;
    } finally {
      pass.ended?.(observation);
    }
  }
}

function isRefused(observation: Observation): boolean {
  return observation.kind === "unreachable" && observation.cause === "credentials";
}
