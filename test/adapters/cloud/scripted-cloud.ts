import type { ServerResponse } from "node:http";
import type { CloudSettings } from "../../../lib/adapters/cloud/auth/settings.ts";
import { createCloudClient } from "../../../lib/adapters/cloud/http/client.ts";
import { createJobSource } from "../../../lib/adapters/cloud/sources/sfs-turbo/job-source.ts";
import type { Clock, Cloud, Log } from "../../../lib/ports.ts";
import { answerJson, type Handler, type Received, serverForTest } from "../../http-server.ts";

export const PROJECT = "0123456789abcdef0123456789abcdef";
export const JOB = { source: "sfs-turbo-job", projectId: PROJECT, jobId: "6d1f4a3c-11aa-4c0e-9f1b-2a6b7c8d9e0f" };
export const PASSWORD = 'canary-"password"';
export const DAY = 24 * 3_600_000;

export interface Script {
  /** Answers a poll. Default: a running job. */
  poll?: Handler;
  /** Answers a sign-in. Default: `token-1`, `token-2` ... valid for a day. */
  token?: (request: Received, response: ServerResponse, n: number) => void | Promise<void>;
  credentials?: CloudSettings["credentials"];
  rereadCredentials?: () => Promise<CloudSettings["credentials"]>;
  /** Job API, if it is not this server. */
  endpoint?: string;
}

export interface ScriptedCloud {
  cloud: Cloud;
  url: string;
  clock: Clock & { at: number };
  polls(): Received[];
  tokenCalls(): Received[];
  /** All log lines as written. */
  logged(): string;
}

/** Starts a server that is both job API and identity service, and a client for it. */
export async function scriptedCloud(script: Script = {}): Promise<ScriptedCloud> {
  const clock = { at: Date.UTC(2026, 10, 24), now: () => clock.at, sleep: async () => undefined };
  let tokens = 0;
  const giveToken = script.token ?? ((_, response, n) => answerToken(response, `token-${n}`, clock.at + DAY));
  const poll = script.poll ?? ((_, response) => answerJson(response, 200, { status: "running" }));
  const server = await serverForTest(
    (request, response) => (request.method === "POST" ? giveToken(request, response, ++tokens) : poll(request, response)),
    { maxHeaderSize: 65_536 },
  );
  const credentials = script.credentials ?? { kind: "password", username: "robot", password: PASSWORD, domain: "OTC-1" };
  const settings = {
    region: "eu-de",
    authUrl: `${server.url}/v3/`,
    credentials,
    sockets: 32,
    ...(script.rereadCredentials && { rereadCredentials: script.rereadCredentials }),
  };
  const lines: string[] = [];
  const sent = (method: string) => server.requests.filter((request) => request.method === method);
  return {
    cloud: createJobSource(
      createCloudClient(settings, { clock, log: recordingLog(lines) }),
      script.endpoint ?? `${server.url}/`,
    ),
    url: server.url,
    clock,
    polls: () => sent("GET"),
    tokenCalls: () => sent("POST"),
    logged: () => lines.join("\n"),
  };
}

export function answerToken(response: ServerResponse, token: string, expiresAt: number): void {
  const body = { token: { expires_at: new Date(expiresAt).toISOString().replace("Z", "000Z") } };
  answerJson(response, 201, body, { "X-Subject-Token": token });
}

/** A job API that accepts only one token. */
export function onlyWith(token: string): Handler {
  return ({ headers }, response) => {
    if (headers["x-auth-token"] === token) answerJson(response, 200, { status: "success" });
    else answerJson(response, 401, { error_code: "APIGW.0307", error_msg: "The token must be updated." });
  };
}

function recordingLog(lines: string[]): Log {
  const write = (message: string, fields: unknown) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { info: write, warn: write, error: write };
}
