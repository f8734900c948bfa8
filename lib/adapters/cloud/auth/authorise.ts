import type { Unreachable } from "../../../domain/job/job.ts";
import type { Clock, Log } from "../../../ports.ts";
import { type Secrets, secretsOf } from "../http/redact.ts";
import { unreachable } from "../http/unreachable.ts";
import { createAccessKeyAuth } from "./access-key.ts";
import type { AuthHeaders, Authorise } from "./auth-headers.ts";
import { createRequestToken } from "./request-token.ts";
import type { CloudSettings } from "./settings.ts";
import { TOKEN, type Token } from "./token-answer.ts";
import { TokenCache, type TokenUse } from "./token-cache.ts";

export function createAuthorise(
  { credentials, authUrl }: Pick<CloudSettings, "credentials" | "authUrl">,
  ports: { clock: Clock; log: Log },
): Authorise {
  switch (credentials.kind) {
    case "token": {
      const auth = fixedAuth(credentials.token.trim());
      return async () => auth;
    }
    case "password": {
      const password = secretsOf(credentials.password);
      const tokens = new TokenCache(createRequestToken(authUrl, credentials, ports.clock), ports);
      const authOf = (use: TokenUse, token: Token | Unreachable): AuthHeaders | Unreachable =>
        token.kind === "unreachable"
          ? token
          : {
              ...authWith(token.value, [token.secrets, password]),
              renew: async () => authOf(use, await tokens.replace(use, token)),
              onEnd: (outcome) => {
                if (outcome !== undefined && outcome.kind !== "unreachable") tokens.accepted(use);
              },
            };
      return async ({ projectId, url }) => authOf({ projectId, host: new URL(url).host }, await tokens.take(projectId));
    }
    case "access-key":
      return createAccessKeyAuth(credentials, ports.clock);
  }
}

function fixedAuth(token: string): AuthHeaders | Unreachable {
  if (!TOKEN.test(token)) return unreachable("credentials", "the configured token contains invalid characters");
  return authWith(token, [secretsOf(token)]);
}

function authWith(token: string, secrets: readonly Secrets[]): AuthHeaders {
  return { kind: "auth", headers: { "x-auth-token": token }, secrets };
}
