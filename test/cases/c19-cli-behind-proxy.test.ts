import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { listen } from "../../infra/local/listen.ts";
import { selfSigned } from "../faults/self-signed.ts";
import { commandLineOf } from "./command-line.ts";
import { sfsTurboJob, worldWithCloud } from "./quoted-cloud.ts";
import { ROOT } from "./stack.ts";

/** A service that only the proxy can reach, like a host beyond a firewall. */
const SERVICE = "https://jobwatch.test";

/** Starts a proxy that connects every host to one local server. */
async function proxyToService(): Promise<string> {
  const service = createTlsServer(selfSigned(), (_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end('{"jobs":[]}');
  });
  const { port, close } = await listen(service, 0, "service");
  const proxy = createServer().on("connect", (_, socket) => {
    const upstream = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [upstream, socket]) end.on("error", () => socket.destroy());
  });
  const listening = await listen(proxy, 0, "proxy");
  onTestFinished(async () => {
    await Promise.all([close(), listening.close()]);
  });
  return listening.url;
}

/** Runs `jobwatch list` for that service, and accepts its self-signed certificate. */
async function listWith(environment: Record<string, string>) {
  const commandLine = await commandLineOf(await worldWithCloud(sfsTurboJob("running")));
  const trust = { NODE_TLS_REJECT_UNAUTHORIZED: "0", NODE_NO_WARNINGS: "1" };
  return await commandLine.jobwatch(["list"], "", { JOBWATCH_URL: SERVICE, ...trust, ...environment });
}

it.each<[name: string, names: string[], more: Record<string, string>]>([
  ["HTTPS_PROXY", ["HTTPS_PROXY"], {}],
  ["https_proxy", ["https_proxy"], {}],
  ["all four variables", ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"], {}],
  ["HTTPS_PROXY and a NO_PROXY for other hosts", ["HTTPS_PROXY"], { NO_PROXY: "localhost,.example.com" }],
])("with %s, list works or reports that Node does not use the configured proxy", async (_, names, more) => {
  const proxy = await proxyToService();
  const ran = await listWith({ ...Object.fromEntries(names.map((name) => [name, proxy])), ...more });
  if (ran.exit !== 0) expect(ran.err).toMatch(/prox/i);
});

it("works if Node itself uses the proxy", async () => {
  expect(await listWith({ HTTPS_PROXY: await proxyToService(), NODE_USE_ENV_PROXY: "1" })).toMatchObject({ exit: 0 });
});

it("is documented", async () => {
  const page = await readFile(join(ROOT, "docs/command-line.md"), "utf8");
  expect(page).toMatch(/NODE_USE_ENV_PROXY|HTTPS_PROXY/);
});
