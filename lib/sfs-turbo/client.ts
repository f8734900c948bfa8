import ky from "ky";
import type { Observation } from "../job/job.ts";
import type { Clock, Cloud, Log } from "../ports.ts";
import { answerOf, observationOf } from "./answer.ts";
import type { Authorise, Pass } from "./authorise.ts";
import { contentOf, createBoundedFetch } from "./bounded-fetch.ts";
import type { CloudSettings } from "./settings.ts";
import { createSignIn } from "./sign-in.ts";
import { hide } from "./text.ts";
import { broken, noAnswer, unreachable } from "./unreachable.ts";
import { within } from "./within.ts";

const PEER = "the job API";
const JOB_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
/** No retry of ky's own: the schedule looks again. The time is kept by `within`, body and token included. */
const NO_HELP = { retry: 0, throwHttpErrors: false, timeout: false } as const;
const PROJECT_ID = /^[0-9A-Fa-f]{32}$/;

/** Asks the job API. A look is one request, and one more with a new token or other credentials where the first was refused. */
export function createSfsTurbo(settings: CloudSettings, ports: { clock: Clock; log: Log }): Cloud {
  const fetch = createBoundedFetch(settings.sockets);
  const signIn = createSignIn(settings, ports);
  const endpoint = settings.endpoint.replace(/(?<!\/)\/+$/, "");

  return {
    async look({ projectId, jobId }, timeoutMs) {
      // Checked here again, since an id from elsewhere could climb the path: encodeURIComponent("..") is "..".
      if (!PROJECT_ID.test(projectId)) return unreachable("garbled", "no project can have this id");
      if (!JOB_ID.test(jobId)) return unreachable("garbled", "no job can have this id");
      const url = `${endpoint}/v1/${projectId}/sfs-turbo/jobs/${jobId}`;
      return within<Observation>(timeoutMs, (signal) => look(url, projectId, jobId, signal), noAnswer(PEER, timeoutMs));
    },
  };

  async function look(url: string, projectId: string, jobId: string, signal: AbortSignal): Promise<Observation> {
    try {
      const authorise = signIn.authorise();
      const first = await lookWith(authorise, url, projectId, jobId, signal);
      if (!isRefused(first)) return first;
      const other = await signIn.insteadOf(authorise);
      return other === undefined ? first : await lookWith(other, url, projectId, jobId, signal);
    } catch (error) {
      return broken(error, PEER);
    }
  }

  async function lookWith(
    authorise: Authorise,
    url: string,
    projectId: string,
    jobId: string,
    signal: AbortSignal,
  ): Promise<Observation> {
    const pass = await authorise({ projectId, url });
    if (pass.kind === "unreachable") return pass;
    const first = await ask(url, jobId, pass, signal);
    if (!isRefused(first) || !pass.renew) return first;
    const renewed = await pass.renew();
    return renewed.kind === "unreachable" ? renewed : await ask(url, jobId, renewed, signal);
  }

  async function ask(url: string, jobId: string, pass: Pass, signal: AbortSignal): Promise<Observation> {
    let observation: Observation | undefined;
    try {
      const headers = { ...pass.headers, "content-type": "application/json", accept: "application/json" };
      const response = await ky.get(url, { ...NO_HELP, fetch: fetch(signal, headers) });
      const content = contentOf(response);
      observation =
        content.text === undefined
          ? unreachable("garbled", `the answer of ${PEER} is longer than 512 KiB`)
          : observationOf(
              answerOf(response.status, content.headers, hide(content.text, pass.secrets)),
              jobId,
              ports.clock.now(),
            );
      return observation;
    } finally {
      pass.ended?.(observation);
    }
  }
}

function isRefused(observation: Observation): boolean {
  return observation.kind === "unreachable" && observation.cause === "credentials";
}
