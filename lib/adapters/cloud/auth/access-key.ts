import type { Clock } from "../../../ports.ts";
import { plainSecret, type Secrets, secretsOf } from "../http/redact.ts";
import { unreachable } from "../http/unreachable.ts";
import type { AuthHeaders, Authorise, AuthRequest } from "./auth-headers.ts";
import { KeyTrials } from "./key-trials.ts";
import type { AccessKeyCredentials } from "./settings.ts";
import { sign } from "./sign.ts";

const ACCESS_KEY = /^[\x21-\x2b\x2d-\x7e]+$/;
const HEADER = /^[\x21-\x7e]*$/;

/** Signs each request. Requests wait for each other while it is unknown whether a host accepts the key. */
export function createAccessKeyAuth(credentials: AccessKeyCredentials, clock: Clock): Authorise {
  const trials = new KeyTrials(clock);
  const secrets = secretsOf(credentials.secretKey, credentials.accessKey, credentials.securityToken ?? "");
  return async (request) => {
    if (!ACCESS_KEY.test(credentials.accessKey) || !HEADER.test(credentials.securityToken ?? "")) {
      return unreachable("credentials", "the configured access key contains invalid characters");
    }
    const admitted = await trials.admit(trials.targetOf(request));
    if (admitted.kind === "unreachable") return admitted;
    return { ...authOf(credentials, request, clock.now(), secrets), onEnd: admitted.onEnd };
  };
}

/** Signs the host, but does not return it as a header: fetch sets it from the URL. */
function authOf(
  credentials: AccessKeyCredentials,
  { projectId, url }: AuthRequest,
  now: number,
  secrets: Secrets,
): AuthHeaders {
  const { accessKey, secretKey, securityToken } = credentials;
  const sent = { "x-project-id": projectId, ...(securityToken !== undefined && { "x-security-token": securityToken }) };
  const signature = sign({ method: "GET", url, headers: { ...sent, host: new URL(url).host } }, { accessKey, secretKey }, now);
  return {
    kind: "auth",
    headers: { ...sent, ...signature },
    secrets: [secrets, plainSecret(signature.authorization.slice(-64))],
  };
}
