import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { listen } from "../../infra/local/listen.ts";
import { startRelay } from "./contract-relay.ts";
import { toolLoader } from "./install.ts";

// `npm run check:contract` runs the journeys and the examples of docs/openapi.json with Stoplight's contract proxy in front of the api. The proxy
// checks requests and answers against the document. `-- test/journeys/job` runs only one of them.

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PRISM = fileURLToPath(new URL("node_modules/.bin/prism", import.meta.url));
const SUITES = process.argv.length > 2 ? process.argv.slice(2) : ["test/journeys", "test/openapi"];
const READY_WITHIN_MS = 60_000;
const proxies: ChildProcess[] = [];

try {
  toolLoader();
  const relay = await startRelay(startProxy);
  const tests = spawn("vitest", ["run", "--config", "test/vitest.config.ts", ...SUITES], {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, TEST_CONTRACT: relay.url },
  });
  const [status] = await once(tests, "exit");
  for (const breach of relay.breaches) print(`breach: ${breach}`);
  const passed = relay.passed();
  print(`${passed} requests through the contract proxy, ${relay.wrong()} wrong on purpose, ${relay.breaches.length} breaches`);
  end(status === 0 && passed > 0 && relay.breaches.length === 0 ? 0 : 1);
} catch (error) {
  print(`the contract cannot be checked: ${(error as Error).message}`);
  end(1);
}

async function startProxy(upstream: string, flags: string[]): Promise<string> {
  const free = await listen(createServer(), 0, "contract proxy");
  await free.close();
  const address = ["--host", "127.0.0.1", "--port", String(free.port)];
  const proxy = spawn(PRISM, ["proxy", ...flags, "docs/openapi.json", upstream, ...address], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  proxies.push(proxy);
  await listening(proxy);
  return free.url;
}

/** Resolves when the proxy listens. Keeps reading its output, since the proxy would block on a full pipe. */
function listening(proxy: ChildProcess): Promise<void> {
  let printed = "";
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`the contract proxy did not start: ${printed.trim().split("\n").at(-1)}`));
    const patience = setTimeout(fail, READY_WITHIN_MS);
    proxy.on("exit", fail);
    proxy.stdout?.on("data", (chunk) => {
      printed = `${printed}${chunk}`.slice(-2_000);
      if (!printed.includes("Prism is listening")) return;
      clearTimeout(patience);
      resolve();
    });
  });
}

function end(code: number): never {
  for (const proxy of proxies) proxy.kill();
  process.exit(code);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
