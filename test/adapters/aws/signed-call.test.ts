import type { ServerResponse } from "node:http";
import { afterEach, expect, it, vi } from "vitest";
import { callAws } from "../../../lib/adapters/aws/signed-call.ts";
import { loadConfig } from "../../../lib/config/config.ts";
import { answerJson, type Received, serverForTest } from "../../http-server.ts";
import { PROJECT } from "../../jobs.ts";

afterEach(() => vi.unstubAllEnvs());

const CALL = { service: "ssm", path: "/", headers: { "x-amz-target": "AmazonSSM.GetParameter" }, body: "{}" } as const;

/** An AWS service on loopback that returns the answers in order. */
async function serviceThat(...answers: ((response: ServerResponse, request: Received) => void)[]) {
  const server = await serverForTest((request, response) => answers[server.requests.length - 1]?.(response, request));
  const environment = { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "canary" };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  return server;
}

const refuses = (status: number, body: unknown) => (response: ServerResponse) => answerJson(response, status, body);

it("retries throttled, aborted and failed calls, and signs each attempt for its service and region", async () => {
  const throttled = refuses(400, { __type: "ThrottlingException", message: "Rate exceeded" });
  const server = await serviceThat(throttled, (response) => response.destroy(), refuses(200, { good: true }));
  expect(JSON.parse(await callAws({ ...CALL, endpoint: server.url }))).toEqual({ good: true });
  expect(server.requests).toHaveLength(3);
  for (const { headers } of server.requests) {
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/ssm\/aws4_request, SignedHeaders=.*host.*x-amz-target/,
    );
  }
});

it("throws after three attempts", async () => {
  const server = await serviceThat(refuses(503, {}), refuses(503, {}), refuses(503, {}), refuses(200, {}));
  await expect(callAws({ ...CALL, endpoint: server.url })).rejects.toThrow("AWS rejected AmazonSSM.GetParameter: 503");
  expect(server.requests).toHaveLength(3);
});

it("names the type of an error, repeats nothing of its text, and does not retry", async () => {
  const server = await serviceThat(refuses(400, { __type: "com.amazonaws#AccessDeniedException", message: "user canary" }));
  const failure = await callAws({ ...CALL, endpoint: server.url }).catch((error: Error) => error);
  expect(failure).toMatchObject({ name: "AccessDeniedException" });
  expect(String(failure)).not.toContain("canary");
  expect(server.requests).toHaveLength(1);
});

it("merges the parameters below a path over all their pages", async () => {
  const page = (settings: Record<string, string>, NextToken?: string) =>
    refuses(200, { Parameters: [{ Value: JSON.stringify(settings) }], NextToken });
  const server = await serviceThat(
    page({ OS_TOKEN: "first" }, "more"),
    page({ SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0AB/B0CD/hook" }),
  );
  const endpoint = { AWS_ENDPOINT_URL_SSM: server.url };
  const settings = { TABLE_NAME: "jobs", OS_PROJECT_ID: PROJECT, SECRETS_PARAMETER: "/jobwatch/", ...endpoint };
  expect(await loadConfig(settings)).toMatchObject({
    cloud: { credentials: { kind: "token", token: "first" } },
    defaultChannel: "default",
  });
  expect(server.requests.map(({ body }) => JSON.parse(body).NextToken)).toEqual([undefined, "more"]);
});
