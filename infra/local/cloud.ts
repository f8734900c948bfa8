import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { type Answer, answerWith, json } from "./answer.ts";
import { type Backup, type Backups, createBackups } from "./backups.ts";
import { aboutCloud, cloudPage, startByForm } from "./cloud-page.ts";
import { guard } from "./guard.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import { type Listening, listen } from "./listen.ts";
import { createLists, type Lists } from "./lists.ts";
import type { PageLink } from "./page.ts";
import { type ProjectParts, projectRequest } from "./project-requests.ts";
import type { Run, Share } from "./share.ts";
import { createShares, type Shares } from "./shares.ts";
import { type AccessKey, createSignatures, type Signatures } from "./signature.ts";
import { simulate } from "./simulate-requests.ts";
import { openStore } from "./store.ts";
import { createTokens, type TokenOptions, type Tokens } from "./token.ts";

export interface CloudOptions extends TokenOptions {
  port: number;
  now?: () => number;
  /** Speed of the scripts and operations relative to the clock; 1 by default. */
  speed?: number;
  /** The keys that may sign requests; none by default. */
  accessKeys?: AccessKey[];
  /** Keeps shares and backups over a restart. Jobs need no file: their ids contain their start. */
  folder?: string;
  /** Names of shares that exist from the beginning. */
  stock?: readonly string[];
  /** The pages of the stack; none by default. */
  links?: readonly PageLink[];
}

/** Simulates the APIs of SFS Turbo, CBR and other services, and the token API of IAM, as the cloud documents them. */
export interface Cloud extends Listening, Pick<Jobs, "answer" | "polls" | "pollCount"> {
  /** Starts a job of a named script and returns its id. Throws if there is no such script. */
  startJob: Jobs["start"];
  shares: Shares;
  backups: Backups;
  lists: Lists;
  /** Invalidates every issued token. */
  revokeTokens(): void;
  tokensIssued(): number;
  /** Replaces all access keys, as if keys were created and deleted. */
  setAccessKeys(keys: AccessKey[]): void;
}

interface Parts extends ProjectParts {
  tokens: Tokens;
  signatures: Signatures;
  projectId?: string;
  links: readonly PageLink[];
}

// A token is sent in one header. The cloud's gateway accepts 32 KB.
const HEADERS_BYTES = 128 * 1024;
const MONTH_MS = 30 * 86_400_000;

export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const now = options.now ?? Date.now;
  const parts = createParts(options, now);
  const { jobs, shares, backups, lists, tokens, signatures } = parts;
  const server = createServer({ maxHeaderSize: HEADERS_BYTES }, async (request, response) => {
    const requestId = randomBytes(16).toString("hex");
    const route = (body: string) => answerTo(request, body, requestId, parts);
    await answerWith(request, response, route, { "x-request-id": requestId, date: new Date(now()).toUTCString() });
  });
  return {
    ...(await listen(guard(server), options.port, "simulated cloud", "CLOUD_PORT")),
    startJob: jobs.start,
    shares,
    backups,
    lists,
    answer: jobs.answer,
    polls: jobs.polls,
    pollCount: jobs.pollCount,
    revokeTokens: tokens.revoke,
    tokensIssued: tokens.issued,
    setAccessKeys: signatures.setKeys,
  };
}

function createParts(options: CloudOptions, now: () => number): Parts {
  const { speed = 1, folder, stock = [], projectIds = [], links = [] } = options;
  const [projectId] = projectIds;
  const progress = ({ at, seconds }: Run) => (((now() - at) / 1_000) * speed) / seconds;
  const file = (name: string) => (folder === undefined ? undefined : join(folder, name));
  const stored = openStore<Share>(file("cloud-shares.json"));
  const shares = createShares(stored, progress, now);
  const backups = createBackups(openStore<Backup>(file("cloud-backups.json")), progress, now);
  if (stored.all().length === 0)
    for (const name of stock) shares.create({ name, at: now() - MONTH_MS, ...(projectId !== undefined && { projectId }) });
  return {
    links,
    jobs: createJobs(now, speed),
    shares,
    backups,
    lists: createLists({ "sfs-turbo-share": shares.rows, "cbr-log": backups.rows }, now),
    tokens: createTokens(options, now),
    signatures: createSignatures(options.accessKeys ?? [], now),
    ...(projectId !== undefined && { projectId }),
  };
}

function answerTo(request: IncomingMessage, body: string, requestId: string, parts: Parts): Answer {
  const { url = "", method = "" } = request;
  const [path = "", query] = url.split("?");
  const requested = projectRequest(method, url, body, parts);
  if (requested) return rejectionOf(request, body, requested.projectId, requestId, parts) ?? requested.answer();
  if (method === "POST" && path === "/v3/auth/tokens")
    return parts.tokens.issue(body, !new URLSearchParams(query).get("nocatalog"));
  return (
    frontPage(method, path, body, request.headers.accept, parts) ??
    simulate(method, path, body, parts) ??
    gatewayError(404, "APIGW.0101", "The API does not exist or has not been published in the environment", requestId)
  );
}

/** The real cloud has none. */
function frontPage(method: string, path: string, body: string, accept = "", parts: Parts): Answer | undefined {
  if (method === "POST" && path === "/console") return startByForm(body, parts);
  if (method !== "GET" || path !== "/") return undefined;
  return accept.includes("text/html") ? cloudPage(parts) : aboutCloud();
}

/** Returns the gateway's answer to a request that it rejects, or undefined if the request may reach the service. */
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

function gatewayError(status: number, code: string, message: string, requestId: string): Answer {
  return json(status, { error_code: code, error_msg: message, request_id: requestId });
}
