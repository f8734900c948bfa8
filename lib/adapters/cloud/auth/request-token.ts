import ky from "ky";
import type { Unreachable } from "../../../domain/job/job.ts";
import type { Clock } from "../../../ports.ts";
import { answerOf, withRequestId } from "../http/answer.ts";
import { createBoundedFetch, MAX_BODY_BYTES, textOf } from "../http/bounded-fetch.ts";
import { secretsOf } from "../http/redact.ts";
import { noAnswer, requestFailed, tooLong } from "../http/unreachable.ts";
import { withTimeout } from "../http/with-timeout.ts";
import type { PasswordCredentials } from "./settings.ts";
import { type Token, tokenOf } from "./token-answer.ts";

const UPSTREAM = "the identity service";
/** Less than the timeout of a poll, so that a silent identity service is reported as the cause. */
const TIMEOUT_MS = 4_000;
const fetch = createBoundedFetch(8);

export type RequestToken = (projectId: string) => Promise<Token | Unreachable>;

/** Signs in with a password for one project. One call, no retry, at most 4 s; never throws. */
export function createRequestToken(authUrl: string, credentials: PasswordCredentials, clock: Clock): RequestToken {
  const url = `${authUrl.replace(/(?<!\/)\/+$/, "")}/auth/tokens?nocatalog=true`;
  return (projectId) =>
    withTimeout(
      TIMEOUT_MS,
      async (signal) => {
        try {
          return await requestToken(url, credentials, projectId, clock, signal);
        } catch (error) {
          return requestFailed(error, UPSTREAM);
        }
      },
      noAnswer(UPSTREAM, TIMEOUT_MS),
    );
}

async function requestToken(
  url: string,
  credentials: PasswordCredentials,
  projectId: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Token | Unreachable> {
  const json = passwordRequest(credentials, projectId);
  const headers = { "content-type": "application/json;charset=utf8", accept: "application/json" };
  const options = { json, headers, timeout: false, retry: 0, throwHttpErrors: false, fetch: fetch(signal) } as const;
  const response = await ky.post(url, options);
  const text = await textOf(response);
  const answer = answerOf(response, text, [secretsOf(credentials.password)]);
  const token = text === undefined ? tooLong(UPSTREAM, MAX_BODY_BYTES) : tokenOf(answer, clock.now());
  return token.kind === "token" ? token : withRequestId(token, answer);
}

/** Scopes the token by project id only: a name would need a domain, and Keystone rejects two scopes. */
function passwordRequest({ username, password, domain }: PasswordCredentials, projectId: string): unknown {
  const user = { name: username, password, domain: { name: domain } };
  return { auth: { identity: { methods: ["password"], password: { user } }, scope: { project: { id: projectId } } } };
}
