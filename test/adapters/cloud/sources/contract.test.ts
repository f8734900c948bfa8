import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { otherEndpoints } from "../../../../infra/local/environment.ts";
import { readConfig } from "../../../../lib/config/config.ts";
import { SOURCE_NAMES, type SourceName } from "../../../../lib/domain/job/sources.ts";
import { createServices } from "../../../../lib/services.ts";
import { answerJson, type Handler, serverForTest } from "../../../http-server.ts";
import { PROJECT } from "../../../jobs.ts";
import { SAMPLES } from "./samples.ts";

// The contract of every source, tested with the real services.ts: a source that is missing there fails here.

const TOKEN = "canary-token";

async function sourceAt(source: SourceName, poll: Handler) {
  const server = await serverForTest(poll);
  const config = readConfig({
    STAGE: "local",
    TABLE_NAME: "none",
    OS_PROJECT_ID: PROJECT,
    OS_TOKEN: TOKEN,
    SFS_TURBO_ENDPOINT: server.url,
    SERVICE_ENDPOINTS: JSON.stringify(otherEndpoints(server.url)),
    SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T1/B1/x",
  });
  const { cloud } = createServices(config);
  const { jobId } = SAMPLES[source];
  return {
    server,
    poll: (id = jobId, timeoutMs = 10_000) => cloud.poll({ source, projectId: PROJECT, jobId: id }, timeoutMs),
  };
}

const saying =
  (status: number, body: unknown): Handler =>
  (_, response: ServerResponse) =>
    answerJson(response, status, body);

describe.each(SOURCE_NAMES)("%s", (source) => {
  const sample = SAMPLES[source];

  it("requests the documented path once, with the token", async () => {
    const { server, poll } = await sourceAt(source, saying(200, sample.running));
    expect(await poll()).toMatchObject({ kind: "seen", state: "running" });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({ method: "GET", url: sample.path, headers: { "x-auth-token": TOKEN } });
  });

  it("reads success, failure and an unknown status", async () => {
    let body: object = sample.success;
    const { poll } = await sourceAt(source, (_, response) => answerJson(response, 200, body));
    expect(await poll()).toEqual({ kind: "seen", state: "success", ...sample.ended });
    body = sample.failed;
    expect(await poll()).toMatchObject({ kind: "seen", state: "failed", ...sample.why });
    body = sample.unknown;
    const strange = await poll();
    expect(strange).toMatchObject({ kind: "seen", unknownStatus: expect.any(String) });
    expect(strange).not.toHaveProperty("state");
  });

  it("reports a missing job only if the service itself says so", async () => {
    let [status, body]: [number, object | string] = [sample.missing?.status ?? 0, sample.missing?.body ?? {}];
    const { poll } = await sourceAt(source, (_, response) => answerJson(response, status, body));
    if (sample.missing) expect(await poll()).toMatchObject({ kind: "missing" });
    for (const gateway of [{ error_code: "APIGW.0101", error_msg: "no such API" }, {}, "Not Found"]) {
      [status, body] = [404, gateway];
      expect(await poll()).toMatchObject({ kind: "unreachable", cause: "configuration" });
    }
  });

  it("rejects invalid answers, and reveals no token", async () => {
    const detected = await serverForTest(saying(200, sample.success));
    const { poll, server } = await sourceAt(source, (request, response) => {
      const nth = server.requests.indexOf(request);
      if (nth === 0) response.writeHead(302, { location: detected.url }).end();
      else if (nth === 1) answerJson(response, 503, { message: TOKEN });
      else if (nth === 2) response.end(Buffer.alloc(2 ** 19 + 1, " "));
      else response.end(["null", "[]", '{"status":{}}', '{"job":7}', "<html>"][nth - 3]);
    });
    expect(await poll()).toMatchObject({ kind: "unreachable", cause: "configuration" });
    const unavailable = await poll();
    expect(unavailable).toMatchObject({ kind: "unreachable", cause: "unavailable" });
    expect(JSON.stringify(unavailable)).not.toContain(TOKEN);
    for (let nth = 0; nth < 6; nth++) expect(await poll()).toMatchObject({ kind: "unreachable", cause: "invalid-response" });
    expect(detected.requests).toHaveLength(0);
  });

  it("ends in time without an answer", async () => {
    const { poll } = await sourceAt(source, () => undefined);
    expect(await poll(sample.jobId, 100)).toMatchObject({ kind: "unreachable", cause: "unavailable" });
  });

  it("makes no request for an invalid id", async () => {
    const { server, poll } = await sourceAt(source, saying(200, sample.running));
    const [first = "", ...others] = sample.jobId.split(".");
    const strange = [
      "",
      "..",
      "../../x",
      "%2e%2e",
      "a/b",
      "a?b",
      "a\n",
      `${sample.jobId}.`,
      `.${sample.jobId}`,
      `${sample.jobId}/..`,
    ];
    const climbing =
      others.length > 0 ? [first, ["..", ...others].join("."), [first, "x", ...others].join(".")] : [`${first}.1`];
    for (const id of [...strange, ...climbing])
      expect(await poll(id)).toMatchObject({ kind: "unreachable", cause: "invalid-response" });
    expect(server.requests).toHaveLength(0);
  });

  it("rejects an answer about another job", async () => {
    const others = JSON.stringify(sample.success)
      .replaceAll(sample.jobId.split(".").at(-1) ?? "", "other")
      .replace("77ba6f4b", "88ba6f4b");
    const { poll } = await sourceAt(source, (_, response) => response.end(others) as never);
    expect(await poll()).toMatchObject({ kind: "unreachable", cause: "invalid-response" });
  });
});
