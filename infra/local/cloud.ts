import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { type Answer, answerWith, json } from "./answer.ts";
import { guard } from "./guard.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import { dig, type Listening, listen, parseJson } from "./listen.ts";
import { OTHER_SERVICES } from "./other-services.ts";
import { SCRIPTS } from "./scripts.ts";
import { createShares, type Shares } from "./shares.ts";
import { type AccessKey, createSignatures, type Signatures } from "./signature.ts";
import { createTokens, type TokenOptions, type Tokens } from "./token.ts";

export interface CloudOptions extends TokenOptions {
  port: number;
  now?: () => number;
  /** Speed of the scripts relative to the clock; 1 by default. */
  speed?: number;
  /** The keys that may sign requests; none by default. */
  accessKeys?: AccessKey[];
}

/** Simulates the job API of SFS Turbo and the token API of IAM, as the cloud documents them. */
export interface Cloud extends Listening, Pick<Jobs, "answer" | "polls" | "pollCount"> {
  /** Starts a job of a named script and returns its id. Throws if there is no such script. */
  startJob: Jobs["start"];
  shares: Shares;
  /** Invalidates every issued token. */
  revokeTokens(): void;
  tokensIssued(): number;
  /** Replaces all access keys, as if keys were created and deleted. */
  setAccessKeys(keys: AccessKey[]): void;
}

interface Parts {
  jobs: Jobs;
  shares: Shares;
  tokens: Tokens;
  signatures: Signatures;
}

// A token is sent in one header. The cloud's gateway accepts 32 KB.
const HEADERS_BYTES = 128 * 1024;

export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const now = options.now ?? Date.now;
  const jobs = createJobs(now, options.speed ?? 1);
  const shares = createShares(now, options.speed ?? 1);
  const tokens = createTokens(options, now);
  const signatures = createSignatures(options.accessKeys ?? [], now);
  const server = createServer({ maxHeaderSize: HEADERS_BYTES }, async (request, response) => {
    const requestId = randomBytes(16).toString("hex");
    const route = (body: string) => answerTo(request, body, requestId, { jobs, shares, tokens, signatures });
    await answerWith(request, response, route, { "x-request-id": requestId });
  });
  return {
    ...(await listen(guard(server), options.port, "simulated cloud", "CLOUD_PORT")),
    startJob: jobs.start,
    shares,
    answer: jobs.answer,
    polls: jobs.polls,
    pollCount: jobs.pollCount,
    revokeTokens: tokens.revoke,
    tokensIssued: tokens.issued,
    setAccessKeys: signatures.setKeys,
  };
}

const JOB_PATH = /^\/v1\/(?<projectId>[^/]+)\/sfs-turbo\/jobs\/(?<jobId>[^/]+)$/;
const SHARE_PATH = /^\/v1\/(?<projectId>[^/]+)\/sfs-turbo\/shares\/(?<shareId>[^/]+)$/;
const TASK_PATH =
  /^\/v1\/(?<projectId>[^/]+)\/sfs-turbo\/(?<share>[^/]+\/hpc-cache|shares\/[^/]+\/fs\/dir-usage)\/tasks?\/(?<taskId>[^/]+)$/;

/** Returns the project and the poll that a URL requests, or undefined if it is not a poll. */
function pollOf(url: string, { jobs, shares }: Parts): { projectId: string; poll: () => Answer } | undefined {
  const [path = ""] = url.split("?");
  const {
    projectId = "",
    jobId,
    shareId,
    taskId,
  } = (JOB_PATH.exec(path) ?? SHARE_PATH.exec(path) ?? TASK_PATH.exec(path))?.groups ?? {};
  if (jobId !== undefined) return { projectId, poll: () => jobs.poll(decoded(jobId), projectId) };
  if (shareId !== undefined) return { projectId, poll: () => shares.poll(shareId) };
  if (taskId !== undefined) return { projectId, poll: () => asTask(jobs.poll(taskId, projectId)) };
  for (const [source, shape] of Object.entries(OTHER_SERVICES)) {
    const groups = shape.path.exec(url)?.groups;
    if (groups)
      return { projectId: groups.projectId ?? "", poll: () => jobs.poll(groups.jobId ?? "", groups.projectId ?? "", source) };
  }
  return undefined;
}

const TASK_STATUS: Record<string, string> = { waiting: "DOING", running: "DOING", success: "SUCCESS", failed: "FAIL" };

/** Translates a job's answer into the format of the task APIs. */
function asTask(answer: Answer): Answer {
  if ((answer.status ?? 200) !== 200) return answer;
  const job = answer.body;
  const [status = ""] = [dig(job, "status")].map(String);
  return {
    ...answer,
    body: {
      task_id: dig(job, "job_id"),
      type: "export",
      status: TASK_STATUS[status] ?? status,
      start_time: dig(job, "begin_time"),
      end_time: dig(job, "end_time"),
      message: dig(job, "fail_reason") ?? "",
    },
  };
}

function answerTo(request: IncomingMessage, body: string, requestId: string, parts: Parts): Answer {
  const url = request.url ?? "";
  const [path = "", query] = url.split("?");
  const polled = request.method === "GET" ? pollOf(url, parts) : undefined;
  if (polled) return rejectionOf(request, body, polled.projectId, requestId, parts) ?? polled.poll();
  const operated = /^\/simulate\/shares\/([^/]+)$/.exec(path)?.[1];
  if (request.method === "POST" && operated !== undefined) return simulateOperation(operated, parseJson(body), parts.shares);
  switch (`${request.method} ${path}`) {
    case "POST /v3/auth/tokens":
      return parts.tokens.issue(body, !new URLSearchParams(query).get("nocatalog"));
    case "GET /simulate/scripts":
      return json(200, { scripts: Object.entries(SCRIPTS).map(([name, { about }]) => ({ name, about })) });
    case "POST /simulate/jobs":
      return simulate(parseJson(body), parts.jobs);
    case "POST /simulate/shares":
      return json(201, reference(parts.shares.create({ fails: dig(parseJson(body), "fails") === true }), "create"));
    default:
      return gatewayError(404, "APIGW.0101", "The API does not exist or has not been published in the environment", requestId);
  }
}

/** Returns the gateway's answer to a request that it rejects, or undefined if the request may reach the job API. */
function rejectionOf(request: IncomingMessage, body: string, projectId: string, requestId: string, parts: Parts) {
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
  const source = dig(wanted, "source");
  if (typeof source === "string" && !Object.hasOwn(OTHER_SERVICES, source))
    return json(400, { error: `"source" must be one of ${Object.keys(OTHER_SERVICES).join(", ")}` });
  const values = { jobId: dig(wanted, "jobId"), projectId: dig(wanted, "projectId"), source };
  const options = Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === "string"));
  return json(201, { ...(typeof source === "string" && { source }), jobId: jobs.start(script, options) });
}

/** Its answers are valid bodies for POST /jobs. */
function simulateOperation(shareId: string, wanted: unknown, shares: Shares): Answer {
  const operation = String(dig(wanted, "operation"));
  try {
    shares.operate(shareId, operation, { fails: dig(wanted, "fails") === true });
    return json(201, reference(shareId, operation));
  } catch (error) {
    return json(400, { error: (error as Error).message });
  }
}

function reference(shareId: string, operation: string): object {
  return { source: "sfs-turbo-share", shareId, operation };
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
