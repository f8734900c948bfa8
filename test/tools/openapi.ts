import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import { listen, readBody } from "../../infra/local/listen.ts";
import { prepare, STEPS, type Step } from "../openapi/scenario.ts";
import { startWorld, type World } from "../world.ts";
import { toolLoader } from "./install.ts";

// `npm run check:openapi`: docs/openapi.json passes Redocly's linter; then the scenario of its examples goes through Stoplight's
// contract proxy, which holds each request and each answer against it.

const DOCUMENT = new URL("../../docs/openapi.json", import.meta.url).pathname;
const BIN = new URL("node_modules/.bin/", import.meta.url).pathname;
const QUIET = { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
const READY_WITHIN_MS = 60_000;
const USUAL_KEY = "sfsjw_test-key-of-team-storage";

try {
  toolLoader();
  execFileSync(`${BIN}redocly`, ["lint", DOCUMENT], { stdio: "inherit", env: { ...process.env, ...QUIET } });
  const breaches = await proxied();
  for (const breach of breaches) print(`breach: ${breach}`);
  print(`${STEPS.length} requests through the contract proxy, ${breaches.length} breaches`);
  process.exit(breaches.length > 0 ? 1 : 0);
} catch (error) {
  print(`the OpenAPI document cannot be checked: ${(error as Error).message}`);
  process.exit(1);
}

async function proxied(): Promise<string[]> {
  const world = await startWorld();
  await prepare(world);
  const upstream = await listen(serverOf(world), 0, "api");
  const port = await freePort();
  const proxy = spawn(
    `${BIN}prism`,
    ["proxy", "--errors", DOCUMENT, upstream.url, "--port", String(port), "--host", "127.0.0.1"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  try {
    await listening(proxy);
    const breaches: string[] = [];
    for (const step of STEPS) {
      await step.before?.(world);
      const breach = await breachOf(step, `http://127.0.0.1:${port}`);
      if (breach !== undefined) breaches.push(breach);
    }
    return breaches;
  } finally {
    proxy.kill();
    await Promise.all([upstream.close(), world.close()]);
  }
}

/** A request that is wrong on purpose must be told by the proxy; the others must pass it untouched. */
async function breachOf(step: Step, url: string): Promise<string | undefined> {
  const { method, path, body, headers, key = USUAL_KEY, status, name, isWrong = false } = step;
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...headers,
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isTold = text.includes("stoplight.io/prism/errors");
  if (isTold === isWrong && (isWrong || answer.status === status)) return undefined;
  return `${method} ${path} (${name}): ${answer.status} for ${status}: ${text.slice(0, 500)}`;
}

function serverOf(world: World): Server {
  return createServer(async (incoming, response) => {
    const raw = await readBody(incoming);
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const sent = { headers, key: null, ...(raw !== "" && { raw }) };
    const answer = await world.request(incoming.method ?? "", incoming.url ?? "", sent);
    response.writeHead(answer.status, answer.headers);
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
  });
}

async function freePort(): Promise<number> {
  const taken = await listen(createServer(), 0, "contract proxy");
  await taken.close();
  return taken.port;
}

function listening(proxy: ChildProcess): Promise<void> {
  let printed = "";
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error(`the contract proxy did not start: ${printed.trim().split("\n").at(-1)}`));
    const patience = setTimeout(giveUp, READY_WITHIN_MS);
    proxy.on("exit", giveUp);
    proxy.stdout?.on("data", (chunk) => {
      printed = `${printed}${chunk}`.slice(-2_000);
      if (!printed.includes("Prism is listening")) return;
      clearTimeout(patience);
      resolve();
    });
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
