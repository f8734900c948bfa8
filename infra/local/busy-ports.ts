import { createServer } from "node:http";
import { isOpenedByBrowsers, type LocalEnvironment, PORTS, type Ports } from "./environment.ts";
import { dig, type Listening, listen, parseJson } from "./listen.ts";

const NAMES: Record<keyof Ports, string> = {
  api: "API",
  functions: "functions",
  table: "embedded table",
  cloud: "simulated cloud",
  slack: "Slack sink",
  events: "event sink",
};
const STEP = 10;
const TRIES = 100;

/** Throws one message that names every port in use, and suggests others. */
export async function checkPorts({ ports, real }: Pick<LocalEnvironment, "ports" | "real">): Promise<void> {
  const isReal: Partial<Record<keyof Ports, boolean>> = real;
  const needed = (Object.keys(PORTS) as (keyof Ports)[]).filter((name) => !isReal[name]);
  const problems = new Map<keyof Ports, string>();
  for (const name of needed) {
    const opened = await open(ports[name], NAMES[name], PORTS[name].variable);
    if (opened instanceof Error) problems.set(name, opened.message);
    else await opened.close();
  }
  const [first, ...others] = problems.keys();
  if (first === undefined) return;
  const isOurs = problems.has("api") && (await isStack(ports.api));
  if (!isOurs && others.length === 0) throw new Error(problems.get(first));
  const free = await freePorts(ports, [...problems.keys()]);
  const settings = Object.entries(free).map(([name, port]) => `${PORTS[name as keyof Ports].variable}=${port}`);
  if (isOurs)
    throw new Error(
      `sfs-jobwatch already runs here: http://127.0.0.1:${ports.api}. Use that one, or start a second one with a folder and ` +
        `ports of its own: LOCAL_FOLDER=.local-2 ${settings.join(" ")} npm start`,
    );
  const busy = [...problems.keys()].map((name) => `${ports[name]} (${PORTS[name].variable})`);
  throw new Error(
    `the ports ${busy.slice(0, -1).join(", ")} and ${busy.at(-1)} are in use. Start with others: ${settings.join(" ")} npm start`,
  );
}

async function open(port: number, name: string, variable: string): Promise<Listening | Error> {
  return await listen(createServer(), port, name, variable).catch((error: Error) => error);
}

/** Whether an API of ours answers at the port, even if it is only starting. */
async function isStack(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2_000) });
    const body = parseJson(await answer.text());
    const isHealth = dig(body, "oldestPendingNotificationSeconds") !== undefined;
    return isHealth || String(dig(body, "message")).startsWith("The functions are starting");
  } catch {
    return false;
  }
}

/** Returns a free port for each that is in use. */
async function freePorts(ports: Ports, busy: (keyof Ports)[]): Promise<Partial<Ports>> {
  const taken = new Set(Object.values(ports));
  const free: Partial<Ports> = {};
  for (const name of busy) {
    for (let tries = 1; tries <= TRIES && free[name] === undefined; tries++) {
      const port = ports[name] + tries * STEP;
      if (port > 65_535 || taken.has(port) || !isOpenedByBrowsers(port)) continue;
      const opened = await open(port, NAMES[name], PORTS[name].variable);
      if (opened instanceof Error) continue;
      await opened.close();
      taken.add(port);
      free[name] = port;
    }
  }
  return free;
}
