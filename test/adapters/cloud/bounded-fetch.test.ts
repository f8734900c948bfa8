import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect, it, onTestFinished, vi } from "vitest";
import { createBoundedFetch, textOf } from "../../../lib/adapters/cloud/http/bounded-fetch.ts";

async function countingServer(listener: RequestListener) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  const opened: unknown[] = [];
  server.on("connection", (socket) => opened.push(socket));
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, opened };
}

const forever = new AbortController().signal;

it("opens no more connections than allowed, and reuses them", async () => {
  const { url, opened } = await countingServer((_, response) => setTimeout(() => response.end("{}"), 10));
  const fetch = createBoundedFetch(4);
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(forever)(url)));
    expect(await Promise.all(answers.map(textOf))).toEqual(Array(20).fill("{}"));
  }
  expect(opened).toHaveLength(4);
});

it("does not reuse a connection that was idle for so long that the process may have been frozen", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
  onTestFinished(() => void vi.useRealTimers());
  const { url, opened } = await countingServer((_, response) => response.end("{}"));
  const fetch = createBoundedFetch(4);
  for (const passedMs of [0, 5_000, 60_000]) {
    vi.setSystemTime(Date.now() + passedMs);
    await fetch(forever)(url);
  }
  expect(opened).toHaveLength(2);
});

it("requests uncompressed answers, and decompresses those that are compressed anyway", async () => {
  const packings = { gzip: gzipSync, deflate: deflateSync };
  const asked: unknown[] = [];
  const { url } = await countingServer(({ url: path = "", headers }, response) => {
    asked.push(headers["accept-encoding"]);
    const name = path.slice(1) as keyof typeof packings;
    response.writeHead(200, { "content-encoding": name }).end(packings[name]('{"status":"running"}'));
  });
  const fetch = createBoundedFetch(1);
  for (const name of Object.keys(packings)) {
    expect(await textOf(await fetch(forever)(url + name))).toBe('{"status":"running"}');
  }
  expect(asked).toEqual(["identity", "identity"]);
});

it("fails if it cannot decompress an answer", async () => {
  const { url } = await countingServer((_, response) =>
    response.writeHead(200, { "content-encoding": "br" }).end(brotliCompressSync("{}")),
  );
  await expect(createBoundedFetch(1)(forever)(url)).rejects.toThrow();
});

it("reads an answer of 512 KiB, and no text of a longer one, compressed or not", async () => {
  const whole = "x".repeat(2 ** 19);
  const { url } = await countingServer(({ url: path = "" }, response) => {
    const body = path.includes("longer") ? `${whole}x` : whole;
    if (!path.includes("packed")) return void response.end(body);
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(body));
  });
  const lengthOf = async (path: string) => (await textOf(await createBoundedFetch(1)(forever)(url + path)))?.length;
  expect(await Promise.all(["", "packed", "longer", "longer-packed"].map(lengthOf))).toEqual([
    2 ** 19,
    2 ** 19,
    undefined,
    undefined,
  ]);
});

it("ends its request with the signal, even in the body, and frees the connection", async () => {
  const ended: string[] = [];
  let controller = new AbortController();
  const { url } = await countingServer(({ url: path = "" }, response) => {
    response.on("close", () => ended.push(path));
    if (path !== "/good") setTimeout(() => controller.abort(), 300);
    if (path === "/body") response.writeHead(200).write("{");
    if (path === "/good") response.end("{}");
  });
  const fetch = createBoundedFetch(1);
  for (const path of ["silent", "body"]) {
    controller = new AbortController();
    await expect(fetch(controller.signal)(url + path)).rejects.toThrow();
  }
  expect(await textOf(await fetch(AbortSignal.timeout(5_000))(`${url}good`))).toBe("{}");
  expect(ended).toEqual(["/silent", "/body", "/good"]);
});
