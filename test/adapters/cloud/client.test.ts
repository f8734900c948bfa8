import { type AddressInfo, createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { answerJson, serverForTest } from "../../http-server.ts";
import { JOB, PROJECT, scriptedCloud } from "./scripted-cloud.ts";

const TOKEN = "canary-token";
const fixed = { kind: "token", token: TOKEN } as const;

describe("a poll", () => {
  it("requests the documented path once, with the token", async () => {
    const { cloud, polls, tokenCalls } = await scriptedCloud({ credentials: fixed });
    expect(await cloud.poll(JOB, 10_000)).toEqual({ kind: "seen", state: "running", subJobs: [] });
    expect(tokenCalls()).toHaveLength(0);
    expect(polls()).toHaveLength(1);
    expect(polls()[0]).toMatchObject({
      url: `/v1/${PROJECT}/sfs-turbo/jobs/${JOB.jobId}`,
      headers: { "x-auth-token": TOKEN, "content-type": "application/json" },
    });
  });

  it("is not repeated if the service fails", async () => {
    const { cloud, polls } = await scriptedCloud({ credentials: fixed, poll: (_, response) => answerJson(response, 503, {}) });
    expect(await cloud.poll(JOB, 10_000)).toMatchObject({ cause: "unavailable", reason: "503 from the job API" });
    expect(polls()).toHaveLength(1);
  });

  it.each(["..", ".", "", "../../x", "%2e%2e", "a/b", "a\\b", "a?b", "a#c", "a\n", "-a", "//host/x", "ä", "x".repeat(65)])(
    "makes no request for the job id %j",
    async (jobId) => {
      const { cloud, polls } = await scriptedCloud({ credentials: fixed });
      expect(await cloud.poll({ ...JOB, jobId }, 2_000)).toMatchObject({ kind: "unreachable", cause: "invalid-response" });
      expect(polls()).toHaveLength(0);
    },
  );

  it.each(["", "..", "p", `${PROJECT}0`, `${PROJECT}\n`, `../${PROJECT.slice(3)}`])(
    "makes no request for the project id %j",
    async (projectId) => {
      const { cloud, polls, tokenCalls } = await scriptedCloud();
      expect(await cloud.poll({ ...JOB, projectId }, 2_000)).toMatchObject({ kind: "unreachable", cause: "invalid-response" });
      expect(polls().length + tokenCalls().length).toBe(0);
    },
  );
});

describe("an invalid answer", () => {
  it.each([
    { name: "that never comes", poll: () => undefined },
    {
      name: "whose body never ends",
      poll: (_: unknown, response: NodeJS.WritableStream) => {
        const drip = setInterval(() => response.write(" "), 20);
        response.on("close", () => clearInterval(drip));
      },
    },
  ])("$name is aborted in time", async ({ poll }) => {
    const { cloud } = await scriptedCloud({ credentials: fixed, poll });
    const began = performance.now();
    expect(await cloud.poll(JOB, 300)).toEqual({
      kind: "unreachable",
      cause: "unavailable",
      reason: "no answer from the job API within 0.3 s",
    });
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it("that is cut in its body counts as unreachable", async () => {
    const { cloud } = await scriptedCloud({
      credentials: fixed,
      poll: (_, response) => {
        response.writeHead(200, { "content-length": "500" });
        response.write('{"status":"succ', () => response.destroy());
      },
    });
    expect(await cloud.poll(JOB, 10_000)).toMatchObject({ kind: "unreachable", cause: "unavailable" });
  });

  it("without end is cut at 512 KiB and its connection closed", async () => {
    let written = 0;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const { cloud } = await scriptedCloud({
      credentials: fixed,
      poll: (_, response) => {
        response.on("close", resolve);
        const chunk = Buffer.alloc(65_536, " ");
        const pump = () => {
          while (!response.destroyed && written < 200e6) {
            written += chunk.length;
            if (!response.write(chunk)) return void response.once("drain", pump);
          }
        };
        pump();
      },
    });
    const before = process.memoryUsage().rss;
    const reason = "the response of the job API is longer than 512 KiB";
    expect(await cloud.poll(JOB, 10_000)).toEqual({ kind: "unreachable", cause: "invalid-response", reason });
    await ended;
    expect(written).toBeLessThan(20e6);
    expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
  });

  it("with a redirect is not followed, and the token is not sent there", async () => {
    const detected = await serverForTest((_, response) => answerJson(response, 200, { status: "success" }));
    const { cloud } = await scriptedCloud({
      credentials: fixed,
      poll: (_, response) => void response.writeHead(302, { location: `${detected.url}/x` }).end(),
    });
    expect(await cloud.poll(JOB, 10_000)).toMatchObject({ cause: "configuration", reason: "302 from the job API" });
    expect(detected.requests).toHaveLength(0);
  });

  it("from a closed port is reported by its code only", async () => {
    const { url, close } = await serverForTest(() => undefined);
    await close();
    const { cloud } = await scriptedCloud({ credentials: fixed, endpoint: url });
    const reason = "the job API cannot be reached (ECONNREFUSED)";
    expect(await cloud.poll(JOB, 10_000)).toEqual({ kind: "unreachable", cause: "unavailable", reason });
  });

  it("that is not HTTP counts as unreachable", async () => {
    const raw = createServer((socket) => void socket.end("SSH-2.0-OpenSSH\r\n"));
    onTestFinished(() => void raw.close());
    await new Promise<void>((resolve) => raw.listen(0, "127.0.0.1", resolve));
    const { port } = raw.address() as AddressInfo;
    const { cloud } = await scriptedCloud({ credentials: fixed, endpoint: `http://127.0.0.1:${port}` });
    expect(await cloud.poll(JOB, 10_000)).toMatchObject({ kind: "unreachable", cause: "unavailable" });
  });
});
