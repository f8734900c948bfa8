import type { Observation, Unreachable } from "../job/job.ts";
import type { Clock } from "../ports.ts";
import type { Asked, Authorise, Pass } from "./authorise.ts";
import { type Secrets, secretAsItIs, secretsOf } from "./redact.ts";
import type { AccessKeyCredentials } from "./settings.ts";
import { sign } from "./sign.ts";
import { unreachable } from "./unreachable.ts";

/** How the key fares in one project. */
interface Trial {
  good: boolean;
  /** The one look that tries the key, while the others wait for how it ends. */
  underWay?: Promise<void>;
  /** No try before `until`: what the last one said goes on to hold. */
  rest?: { until: number; why: Unreachable };
}

const REST_MS = 60_000;
const ACCESS_KEY = /^[\x21-\x2b\x2d-\x7e]+$/;
const HEADER = /^[\x21-\x7e]*$/;

/**
 * Signs each request. The cloud locks a key for five minutes after more than five refusals in a row, for all who use it: so
 * one look alone tries a key that was not accepted yet, and a refused one is tried again once a minute.
 */
export function createSigned(credentials: AccessKeyCredentials, clock: Clock): Authorise {
  const trials = new Map<string, Trial>();
  const secrets = secretsOf(credentials.secretKey, credentials.accessKey, credentials.securityToken ?? "");

  return async (asked) => {
    if (!ACCESS_KEY.test(credentials.accessKey) || !HEADER.test(credentials.securityToken ?? "")) {
      return unreachable("credentials", "the configured access key fits no header");
    }
    const trial = trials.get(asked.projectId) ?? { good: false };
    trials.set(asked.projectId, trial);
    while (trial.underWay) await trial.underWay;
    const now = clock.now();
    if (trial.rest && now < trial.rest.until) return trial.rest.why;
    const pass = passOf(credentials, asked, now, secrets);
    if (trial.good) return { ...pass, ended: (observation) => learn(trial, observation) };
    const { promise, resolve } = Promise.withResolvers<void>();
    trial.underWay = promise;
    const ended = (observation: Observation | undefined) => {
      learn(trial, observation);
      delete trial.underWay;
      resolve();
    };
    return { ...pass, ended };
  };

  function learn(trial: Trial, observation: Observation | undefined): void {
    if (observation === undefined) return;
    trial.good = !(observation.kind === "unreachable" && observation.cause === "credentials");
    if (observation.kind === "unreachable" && !trial.good) trial.rest = { until: clock.now() + REST_MS, why: observation };
    else delete trial.rest;
  }
}

/** The host is signed but not given: it is the URL's own, and fetch writes it. */
function passOf(credentials: AccessKeyCredentials, { projectId, url }: Asked, now: number, secrets: Secrets): Pass {
  const { accessKey, secretKey, securityToken } = credentials;
  const sent = { "x-project-id": projectId, ...(securityToken !== undefined && { "x-security-token": securityToken }) };
  const signature = sign({ method: "GET", url, headers: { ...sent, host: new URL(url).host } }, { accessKey, secretKey }, now);
  return {
    kind: "pass",
    headers: { ...sent, ...signature },
    secrets: [secrets, secretAsItIs(signature.authorization.slice(-64))],
  };
}
