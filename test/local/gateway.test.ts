import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createGateway } from "../../infra/local/gateway.ts";
import { listen } from "../../infra/local/listen.ts";

test("an answer that comes before the body was read is passed on, each time", async () => {
  const folder = mkdtempSync(join(tmpdir(), "jobwatch-"));
  const socketPath = join(folder, "upstream");
  const upstream = createServer((request, response) => {
    response.writeHead(401, { "content-type": "text/plain", connection: "close" }).end("refused", () => request.socket.end());
  });
  await new Promise<void>((resolve) => upstream.listen(socketPath, resolve));
  const gateway = await listen(createGateway(socketPath), 0, "gateway");
  onTestFinished(async () => {
    await gateway.close();
    upstream.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const send = (bytes: number) => fetch(gateway.url, { method: "POST", body: Buffer.alloc(bytes, 7) });
  const sizes = Array.from({ length: 200 }, (_, nth) => (nth % 2 === 0 ? 2 : 120_000));
  const statuses = await Promise.all(sizes.map(async (bytes) => (await send(bytes)).status));
  expect(new Set(statuses)).toEqual(new Set([401]));
});

test("while nothing listens behind it, it says so", async () => {
  const gateway = await listen(createGateway(join(tmpdir(), "no-such-socket")), 0, "gateway");
  onTestFinished(() => gateway.close());
  const answer = await fetch(gateway.url, { method: "POST", body: "{}" });
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([502, "5"]);
});
