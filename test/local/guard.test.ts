import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startCloud } from "../../infra/local/cloud.ts";
import { startEventSink } from "../../infra/local/event-sink.ts";
import { createGateway } from "../../infra/local/gateway.ts";
import { type Listening, listen } from "../../infra/local/listen.ts";
import { startSlackSink } from "../../infra/local/slack-sink.ts";
import { startTable } from "../../infra/local/table.ts";
import { CHROMIUM, NO_BROWSER } from "../pages/browser.ts";

const TEMPLATE = fileURLToPath(new URL("../../infra/table.yml", import.meta.url));
const AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=local/20260101/x/dynamodb/aws4_request, SignedHeaders=host, Signature=x";

/** Answers as serverless-offline does: any origin may read it. */
const everyOrigin: RequestListener = ({ headers, url }, response) => {
  response.setHeader("access-control-allow-origin", headers.origin ?? "*");
  response.setHeader("access-control-allow-credentials", "true");
  if (headers["access-control-request-method"]) response.setHeader("access-control-allow-methods", "POST");
  response.setHeader("content-type", "text/html").end(url === "/form" ? FORM : "open");
};

const FORM = '<meta name="referrer" content="no-referrer"><form method="post" action="/sent"><button>Send</button></form>';

/** A gateway in front of a server that answers as the functions' process. `calls` has each request that reached it. */
async function gatewayForTest(): Promise<Listening & { calls: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "guard-"));
  const calls: string[] = [];
  const upstream = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    everyOrigin(request, response);
  });
  await new Promise<void>((resolve) => upstream.listen(join(folder, "socket"), resolve));
  const gateway = await listen(createGateway(join(folder, "socket")), 0, "gateway");
  const close = async () => {
    await gateway.close();
    upstream.closeAllConnections();
    await new Promise((resolve) => upstream.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...gateway, calls, close };
}

const SERVERS: Record<string, () => Promise<Listening>> = {
  table: () => startTable({ port: 0, tableName: "jobs", templateFile: TEMPLATE }),
  "simulated cloud": () => startCloud({ port: 0 }),
  "Slack sink": () => startSlackSink({ port: 0 }),
  "event sink": () => startEventSink({ port: 0, secret: "whsec_AAAA" }),
  gateway: gatewayForTest,
};

/** Sends a raw request and returns the raw answer. PORT is replaced by the server's port. */
function raw(port: number, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk)).on("error", reject);
    socket.on("close", () => resolve(answer));
    socket.write(`${lines.join("\r\n").replaceAll("PORT", String(port))}\r\n\r\n`);
    setTimeout(() => socket.destroy(), 3_000).unref();
  });
}

const OWN = "Host: 127.0.0.1:PORT";
const CLOSE = "Connection: close";

const REFUSED: { name: string; lines: string[] }[] = [
  { name: "a foreign host", lines: ["GET / HTTP/1.1", "Host: evil.example:PORT"] },
  { name: "a foreign host without a port", lines: ["GET / HTTP/1.1", "Host: evil.example"] },
  { name: "its address without the port", lines: ["GET / HTTP/1.1", "Host: 127.0.0.1"] },
  { name: "its name without the port", lines: ["GET / HTTP/1.1", "Host: localhost"] },
  { name: "another port", lines: ["GET / HTTP/1.1", "Host: localhost:1"] },
  { name: "a name with a trailing dot", lines: ["GET / HTTP/1.1", "Host: localhost.:PORT"] },
  { name: "a name that ends like its own", lines: ["GET / HTTP/1.1", "Host: evil.localhost:PORT"] },
  { name: "a name that begins like its own", lines: ["GET / HTTP/1.1", "Host: 127.0.0.1.evil.example:PORT"] },
  { name: "user and host", lines: ["GET / HTTP/1.1", "Host: 127.0.0.1:PORT@evil.example"] },
  { name: "another loopback address", lines: ["GET / HTTP/1.1", "Host: 127.0.0.2:PORT"] },
  { name: "an empty host", lines: ["GET / HTTP/1.1", "Host:"] },
  { name: "two hosts", lines: ["GET / HTTP/1.1", OWN, "Host: evil.example"] },
  { name: "HTTP/1.0 without a host", lines: ["GET / HTTP/1.0"] },
  { name: "a whole URL as its target", lines: ["GET http://evil.example/ HTTP/1.1", OWN] },
  { name: "a foreign origin", lines: ["POST / HTTP/1.1", OWN, "Origin: https://evil.example", "Content-Length: 0"] },
  { name: "the origin null", lines: ["POST / HTTP/1.1", OWN, "Origin: null", "Content-Length: 0"] },
  { name: "a null origin of another site", lines: ["GET / HTTP/1.1", OWN, "Origin: null", "Sec-Fetch-Site: cross-site"] },
  { name: "an origin of another port", lines: ["GET / HTTP/1.1", OWN, "Origin: http://127.0.0.1:1"] },
  { name: "its own origin by https", lines: ["GET / HTTP/1.1", OWN, "Origin: https://127.0.0.1:PORT"] },
  { name: "the origin of its other name", lines: ["GET / HTTP/1.1", OWN, "Origin: http://localhost:PORT"] },
  {
    name: "a preflight",
    lines: ["OPTIONS / HTTP/1.1", OWN, "Origin: https://evil.example", "Access-Control-Request-Method: POST"],
  },
  {
    name: "a WebSocket",
    lines: ["GET / HTTP/1.1", OWN, "Origin: https://evil.example", "Upgrade: websocket", "Connection: Upgrade"],
  },
  { name: "an image of another site", lines: ["GET / HTTP/1.1", OWN, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"] },
  {
    name: "a request of another local port",
    lines: ["GET / HTTP/1.1", OWN, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors"],
  },
  {
    name: "a frame in another site",
    lines: ["GET / HTTP/1.1", OWN, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"],
  },
  {
    name: "a form of another site",
    lines: ["POST / HTTP/1.1", OWN, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"],
  },
];

const ACCEPTED: { name: string; lines: string[] }[] = [
  { name: "its address", lines: ["GET / HTTP/1.1", OWN] },
  { name: "its name", lines: ["GET / HTTP/1.1", "Host: localhost:PORT"] },
  { name: "its name in capitals", lines: ["GET / HTTP/1.1", "Host: LocalHost:PORT"] },
  { name: "its IPv6 address", lines: ["GET / HTTP/1.1", "Host: [::1]:PORT"] },
  { name: "its own origin", lines: ["GET / HTTP/1.1", OWN, "Origin: http://127.0.0.1:PORT", "Sec-Fetch-Site: same-origin"] },
  { name: "a form of its own", lines: ["GET / HTTP/1.1", OWN, "Origin: null", "Sec-Fetch-Site: same-origin"] },
  { name: "an address that was typed", lines: ["GET / HTTP/1.1", OWN, "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate"] },
  {
    name: "a link on another page",
    lines: ["GET / HTTP/1.1", OWN, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"],
  },
];

describe.each(Object.entries(SERVERS))("the %s", (_, start) => {
  let server: Listening;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.close());

  it.each(REFUSED)("refuses $name, without CORS headers", async ({ lines }) => {
    const answer = await raw(server.port, [...lines, CLOSE]);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).not.toMatch(/^access-control-/im);
  });

  it.each(ACCEPTED)("accepts $name, without CORS headers", async ({ lines }) => {
    const answer = await raw(server.port, [...lines, CLOSE]);
    expect(answer).toMatch(/^HTTP\/1\.1 (200|404) /);
    expect(answer).not.toMatch(/^access-control-/im);
  });

  it("checks each request of a keep-alive connection", async () => {
    const lines = ["GET / HTTP/1.1", OWN, "", "GET / HTTP/1.1", "Host: evil.example", CLOSE];
    const statuses = (await raw(server.port, lines)).match(/HTTP\/1\.1 \d+/g);
    expect(statuses?.at(0)).toMatch(/200|404/);
    expect(statuses?.at(1)).toBe("HTTP/1.1 403");
  });
});

describe.skipIf(NO_BROWSER !== undefined)("a website in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    const args = ["--no-sandbox", "--host-resolver-rules=MAP evil.example 127.0.0.1"];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
  });
  afterAll(() => browser.close());

  /** A page of evil.example, on its own port. */
  async function evilPage() {
    const server: Server = createServer((_, response) => response.setHeader("content-type", "text/html").end("evil"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const page = await browser.newPage();
    await page.goto(`http://evil.example:${(server.address() as AddressInfo).port}/`);
    /** Returns `<status> <text>`, or `refused` if the browser does not let the page read the answer. */
    const fetchFromPage = (url: string, init: object = {}): Promise<string> =>
      page.evaluate(
        `fetch(${JSON.stringify(url)}, ${JSON.stringify(init)}).then(async (a) => a.status + " " + (await a.text()), () => "refused")`,
      );
    return { page, fetchFromPage };
  }

  it("cannot write to the table or read it", async () => {
    const table = await startTable({ port: 0, tableName: "jobs", templateFile: TEMPLATE });
    onTestFinished(() => table.close());
    const { fetchFromPage } = await evilPage();
    const put = {
      method: "POST",
      headers: { authorization: AUTHORIZATION, "x-amz-target": "DynamoDB_20120810.PutItem", "x-amz-date": "20260101T000000Z" },
      body: JSON.stringify({ TableName: "jobs", Item: { pk: { S: "key#evil" }, operator: { BOOL: true } } }),
    };
    const target = { ...put, headers: { ...put.headers, "content-type": "application/x-amz-json-1.0" } };
    expect(await fetchFromPage(table.url, target)).toBe("refused");
    const query = new URLSearchParams({ "X-Amz-Algorithm": "AWS4-HMAC-SHA256" });
    expect(await fetchFromPage(`${table.url}/?${query}`, { method: "POST", body: put.body })).toBe("refused");
    // By a name that resolves to this machine, as in DNS rebinding.
    expect(await fetchFromPage(`http://evil.example:${table.port}/`, target)).toMatch(/^refused|^403/);
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const client = new DynamoDBClient({ endpoint: table.url, region: "eu-central-1", credentials });
    onTestFinished(() => client.destroy());
    expect((await client.send(new ScanCommand({ TableName: "jobs" }))).Items).toEqual([]);
  });

  it("cannot call the API or invoke a function, with credentials or without", async () => {
    const gateway = await gatewayForTest();
    onTestFinished(() => gateway.close());
    const { fetchFromPage } = await evilPage();
    expect(await fetchFromPage(`${gateway.url}/jobs`, { credentials: "include" })).toBe("refused");
    const path = "/2015-03-31/functions/sfs-jobwatch-local-poll/invocations";
    for (const init of [
      { method: "POST", body: "{}" },
      { method: "POST", body: "{}", mode: "no-cors" },
    ]) {
      await fetchFromPage(`${gateway.url}${path}`, init);
    }
    expect(gateway.calls).toEqual([]);
  });

  it("cannot read a double by a name that points here", async () => {
    const sink = await startSlackSink({ port: 0 });
    onTestFinished(() => sink.close());
    const { page } = await evilPage();
    const answer = await page.goto(`http://evil.example:${sink.port}/messages.json`);
    expect(answer?.status()).toBe(403);
    expect(await page.textContent("body")).not.toContain("startId");
  });

  it("can link to a page here, and the page's own forms work", async () => {
    const gateway = await gatewayForTest();
    onTestFinished(() => gateway.close());
    const { page } = await evilPage();
    await page.evaluate(`location.href = ${JSON.stringify(`${gateway.url}/form`)}`);
    await page.click("button");
    await page.waitForURL(`${gateway.url}/sent`);
    expect(gateway.calls).toEqual(expect.arrayContaining(["GET /form", "POST /sent"]));
    expect(await page.textContent("body")).toBe("open");
  });
});
