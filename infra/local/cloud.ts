import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { type Answer, json, send } from "./answer.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import { dig, type Listening, listen, parseJson, readBody } from "./listen.ts";
import { SCRIPTS } from "./scripts.ts";
import { type AccessKey, createSignatures, type Signatures } from "./signature.ts";
import { createTokens, type TokenOptions, type Tokens } from "./token.ts";

export interface CloudOptions extends TokenOptions {
  port: number;
  now?: () => number;
  /** How much faster than the clock the scripts run. */
  speed?: number;
  /** Who may sign requests. Absent: nobody. */
  accessKeys?: AccessKey[];
}

/** The job API of SFS Turbo and the token API of IAM, as the cloud's pages describe them. */
export interface Cloud extends Listening, Pick<Jobs, "answer" | "looks" | "lookCount"> {
  /** Starts a job of a named script; gives back its id. Throws where there is no such script. */
  startJob: Jobs["start"];
  /** Every token issued dies before its time. */
  revokeTokens(): void;
  tokensIssued(): number;
  /** As when keys are made and deleted: from now on these are all. */
  setAccessKeys(keys: AccessKey[]): void;
}

interface Parts {
  jobs: Jobs;
  tokens: Tokens;
  signatures: Signatures;
}

// A token goes out in one header and comes back in one: the cloud's gateway takes 32 KB.
const HEADERS_BYTES = 128 * 1024;

export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const now = options.now ?? Date.now;
  const jobs = createJobs(now, options.speed ?? 1);
  const tokens = createTokens(options, now);
  const signatures = createSignatures(options.accessKeys ?? [], now);
  const server = createServer({ maxHeaderSize: HEADERS_BYTES }, async (request, response) => {
    const requestId = randomBytes(16).toString("hex");
    const answer = await readBody(request).then(
      (body) => answerTo(request, body, requestId, { jobs, tokens, signatures }),
      (): Answer => ({ cut: "before" }),
    );
    send(response, answer, { "x-request-id": requestId });
  });
  return {
    ...(await listen(server, options.port, "simulated cloud")),
    startJob: jobs.start,
    answer: jobs.answer,
    looks: jobs.looks,
    lookCount: jobs.lookCount,
    revokeTokens: tokens.revoke,
    tokensIssued: tokens.issued,
    setAccessKeys: signatures.setKeys,
  };
}

const JOB_PATH = /^\/v1\/(?<projectId>[^/]+)\/sfs-turbo\/jobs\/(?<jobId>[^/]+)$/;

function answerTo(request: IncomingMessage, body: string, requestId: string, parts: Parts): Answer {
  const [path = "", query] = (request.url ?? "").split("?");
  const { projectId, jobId } = JOB_PATH.exec(path)?.groups ?? {};
  if (request.method === "GET" && projectId !== undefined && jobId !== undefined) {
    return refusal(request, body, projectId, requestId, parts) ?? parts.jobs.look(decoded(jobId), projectId);
  }
  switch (`${request.method} ${path}`) {
    case "POST /v3/auth/tokens":
      return parts.tokens.issue(body, !new URLSearchParams(query).get("nocatalog"));
    case "GET /simulate/scripts":
      return json(200, { scripts: Object.entries(SCRIPTS).map(([name, { about }]) => ({ name, about })) });
    case "POST /simulate/jobs":
      return simulate(parseJson(body), parts.jobs);
    default:
      return gatewayError(404, "APIGW.0101", "The API does not exist or has not been published in the environment", requestId);
  }
}

/** What the gateway says to a request that it does not let through to the job API. */
function refusal(request: IncomingMessage, body: string, projectId: string, requestId: string, parts: Parts) {
  const signed = request.headers.authorization !== undefined;
  const judgement = signed
    ? parts.signatures.judge(request, body, projectId)
    : parts.tokens.judge(String(request.headers["x-auth-token"] ?? ""), projectId);
  if (judgement === "good") return undefined;
  if (judgement === "other project") return gatewayError(403, "APIGW.0302", "The IAM user is not allowed.", requestId);
  if (judgement === "bad") return gatewayError(401, "APIGW.0307", "The token must be updated.", requestId);
  return gatewayError(401, "APIGW.0301", `Incorrect IAM authentication information: ${judgement.because}`, requestId);
}

function simulate(wanted: unknown, jobs: Jobs): Answer {
  const script = dig(wanted, "script");
  if (typeof script !== "string" || !Object.hasOwn(SCRIPTS, script)) {
    return json(400, { error: `"script" must be one of ${Object.keys(SCRIPTS).join(", ")}` });
  }
  const given = { jobId: dig(wanted, "jobId"), projectId: dig(wanted, "projectId") };
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => typeof value === "string"));
  return json(201, { jobId: jobs.start(script, options) });
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function gatewayError(status: number, code: string, message: string, requestId: string): Answer {
  return json(status, { error_code: code, error_msg: message, request_id: requestId });
}
