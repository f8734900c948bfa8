import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createGateway } from "../../infra/local/gateway.ts";
import { type Listening, listen } from "../../infra/local/listen.ts";

// serverless-offline parses a path as a URL. Parts that it would resolve or reject are escaped, so that they arrive as names, as on AWS.

const folder = mkdtempSync(join(tmpdir(), "gateway-"));
const upstream = createServer(({ url = "/" }, response) => response.end(new URL(url, "http://localhost").pathname));
let gateway: Listening;
beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(join(folder, "socket"), resolve));
  gateway = await listen(createGateway(join(folder, "socket")), 0, "gateway");
});
afterAll(async () => {
  await gateway.close();
  upstream.close();
  rmSync(folder, { recursive: true });
});

it.each([
  { sent: "/jobs/job-1", read: "/jobs/job-1" },
  { sent: "/jobs/job-1?projectId=../x", read: "/jobs/job-1" },
  { sent: "/jobs/job-1%23x", read: "/jobs/job-1%23x" },
  { sent: "/jobs/job-1%2Fx", read: "/jobs/job-1%2Fx" },
  { sent: "/jobs/../health", read: "/jobs/%252E%252E/health" },
  { sent: "/jobs/%2E%2e/health", read: "/jobs/%252E%252E/health" },
  { sent: "/jobs/.%2E/health", read: "/jobs/%252E%252E/health" },
  { sent: "/jobs/./job-1", read: "/jobs/%252E/job-1" },
  { sent: "/jobs\\job-1", read: "/jobs%5Cjob-1" },
  { sent: "/jobs/job-1%zz", read: "/jobs/job-1%25zz" },
  { sent: "/jobs/job-1%", read: "/jobs/job-1%25" },
  { sent: "/jobs/job-1%ff", read: "/jobs/job-1%25ff" },
])("$sent arrives as $read", async ({ sent, read }) => {
  const port = Number(new URL(gateway.url).port);
  const socket = connect(port, "127.0.0.1");
  // Over a raw socket, because an HTTP client would resolve the path first.
  socket.write(`GET ${sent} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
  expect((await text(socket)).split("\r\n")).toContain(read);
});
