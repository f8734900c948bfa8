import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createGateway } from "../../infra/local/gateway.ts";
import { listen } from "../../infra/local/listen.ts";

test("an answer that arrives before the body was read is always forwarded", async () => {
  const folder = mkdtempSync(join(tmpdir(), "jobwatch-"));
  const socketPath = join(folder, "upstream");
  const answer = "HTTP/1.1 401 Unauthorized\r\ncontent-length: 7\r\nconnection: close\r\n\r\nrefused";
  const upstream = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.write(answer, () => socket.destroy()));
  });
  await new Promise<void>((resolve) => upstream.listen(socketPath, resolve));
  const gateway = await listen(createGateway(socketPath), 0, "gateway");
  onTestFinished(async () => {
    await gateway.close();
    upstream.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { port } = new URL(gateway.url);
  const statuses = await Promise.all(Array.from({ length: 100 }, () => sendInParts(Number(port))));
  expect(new Set(statuses)).toEqual(new Set(["401"]));
});

/** Sends the headers, then the body. The upstream answers and closes its connection before it reads the body. */
async function sendInParts(port: number): Promise<string | undefined> {
  const socket = connect(port, "127.0.0.1");
  socket.write(`POST / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\ncontent-length: 90000\r\n\r\n`);
  for (let part = 0; part < 9; part++) {
    await new Promise((resolve) => setImmediate(resolve));
    socket.write(Buffer.alloc(10_000, 7));
  }
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return /^HTTP\/1\.1 (\d+)/.exec(Buffer.concat(chunks).toString())?.[1];
}

test("answers 502 with Retry-After while nothing listens on the socket", async () => {
  const gateway = await listen(createGateway(join(tmpdir(), "no-such-socket")), 0, "gateway");
  onTestFinished(() => gateway.close());
  const answer = await fetch(gateway.url, { method: "POST", body: "{}" });
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([502, "5"]);
});
