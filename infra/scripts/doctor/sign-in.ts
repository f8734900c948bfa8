import { randomUUID } from "node:crypto";
import { createRequestToken } from "../../../lib/adapters/cloud/auth/request-token.ts";
import type { Config } from "../../../lib/config/config.ts";
import type { Unreachable } from "../../../lib/domain/job/job.ts";
import { type Check, failedBy } from "./check.ts";
import { quietServices } from "./services.ts";

interface SignedIn {
  kind: "signed-in";
  /** Who, without a secret. */
  user: string;
  projectId: string;
  expiresAt?: number;
}

const TIMEOUT_MS = 5_000;

const ADVICE: Record<Config["cloud"]["credentials"]["kind"], string> = {
  password: "Check OS_USERNAME, OS_PASSWORD and OS_USER_DOMAIN_NAME, and that the user is in the project.",
  "access-key": "Check OS_ACCESS_KEY and OS_SECRET_KEY, the project id, and the clock.",
  token: "Set a new OS_TOKEN: this one has expired, or is of another project or region.",
};

/** Returns "Signed in to eu-de as <user>, project <id>". Throws if the cloud refuses, with its reason in one line. */
export async function signInLine(config: Config): Promise<string> {
  const answer = await signIn(config);
  if (answer.kind === "unreachable") throw new Error(`could not sign in to ${config.cloud.region}: ${answer.reason}`);
  return `Signed in to ${config.cloud.region} as ${answer.user}, project ${answer.projectId}`;
}

export async function checkSignIn(config: Config): Promise<Check> {
  const name = "sign-in";
  const answer = await signIn(config);
  if (answer.kind === "unreachable") {
    const check = failedBy(answer, name);
    return answer.cause === "credentials" ? { ...check, advice: ADVICE[config.cloud.credentials.kind] } : check;
  }
  const { user, projectId, expiresAt } = answer;
  const expiry = expiresAt === undefined ? "" : `, token valid until ${timeOf(expiresAt)}`;
  return { name, outcome: "ok", detail: `${user}, project ${projectId}, region ${config.cloud.region}${expiry}` };
}

/** Signs in for the default project. */
async function signIn(config: Config): Promise<SignedIn | Unreachable> {
  const { credentials, authUrl } = config.cloud;
  const projectId = config.defaultProjectId ?? config.allowedProjectIds[0] ?? "";
  switch (credentials.kind) {
    case "password": {
      const { username, domain } = credentials;
      const token = await createRequestToken(authUrl, credentials, quietServices(config).clock)(projectId);
      if (token.kind === "unreachable") return token;
      return { kind: "signed-in", user: `${username} (${domain})`, projectId, expiresAt: token.expiresAt };
    }
    case "access-key":
      return await tryCredentials(config, projectId, `access key ...${credentials.accessKey.slice(-4)}`);
    case "token":
      return await tryCredentials(config, projectId, "the user of OS_TOKEN");
  }
}

/** An access key and a token are proven by a request. "not-permitted" proves them too: the cloud knows the user. */
async function tryCredentials(config: Config, projectId: string, user: string): Promise<SignedIn | Unreachable> {
  const job = { source: "sfs-turbo-job", projectId, jobId: randomUUID() };
  const observation = await quietServices(config).cloud.poll(job, TIMEOUT_MS);
  if (observation.kind === "unreachable" && observation.cause !== "not-permitted") return observation;
  return { kind: "signed-in", user, projectId };
}

/** "2026-11-28 12:00 UTC" */
function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
