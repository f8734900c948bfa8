import ky, { HTTPError } from "ky";
import type { Cloud } from "./cloud.ts";
import { DEMO_CHANNELS, DEMO_WEBHOOK, type LocalEnvironment } from "./environment.ts";
import type { ListSource } from "./lists.ts";

// The demo of the first `npm start`: a watched project in which "the console" starts operations that nobody registers, and six registered jobs.

const WATCHED: ListSource[] = ["sfs-turbo-share", "cbr-log"];
/** Operations on shares, in the order in which they start. Backups first: a share that changes cannot be backed up. */
const OPERATIONS = [
  { operation: "backup", share: "archive-03", seconds: 20 },
  { operation: "backup", share: "home-02", fails: true, seconds: 15 },
  { operation: "delete", seconds: 15 },
  { operation: "create", seconds: 25 },
  { operation: "extend", share: "data-01", seconds: 20 },
  { operation: "extend", fails: true, seconds: 15 },
  { operation: "change-security-group", seconds: 20 },
];
const SCRIPTS = ["succeeds", "fails", "fails-in-a-sub-job", "vanishes", "flaps", "slow"];
const LISTED_WITHIN_MS = 20_000;
const ANSWERED_WITHIN_MS = 30_000;
/** On a busy machine the table or the simulated cloud may be too slow for a request. Both requests of the demo may be repeated. */
const BUSY = { limit: 5, methods: ["post"], statusCodes: [429, 503] };
/** How many seconds ago the jobs began, so that the first success and failure are soon there. */
const AGE = 8;

export interface Demo {
  watches: number;
  jobs: number;
  /** What the console started, as in "extend data-01". */
  operations: string[];
}

interface DemoParts {
  key: string;
  cloud: Cloud;
  /** Calls the poller. */
  tick(): Promise<void>;
  logFile: string;
}

/** Starts the demo. Returns in one sentence why there is none: it would post to people where Slack is real. */
export async function demoOf(
  local: LocalEnvironment,
  { isWanted, cloud, ...parts }: Omit<DemoParts, "cloud"> & { cloud: Cloud | undefined; isWanted: boolean },
): Promise<Demo | string> {
  if (cloud === undefined) return "There is no demo: the cloud is real.";
  if (local.real.slack) return "There is no demo: Slack is real.";
  if (!isWanted) return "There is no demo, as --no-demo says.";
  if (!(await isNewTeam(local.ports.api, parts.key)))
    return "The jobs and watches of the earlier start go on. The demo runs only once.";
  return await startDemo(local, { ...parts, cloud });
}

/** Adds the watches, lets them take stock, starts the operations, then registers the jobs. Throws if the API rejects anything. */
async function startDemo({ ports, real }: LocalEnvironment, { key, cloud, tick, logFile }: DemoParts): Promise<Demo> {
  const headers = { authorization: `Bearer ${key}` };
  const channels = real.events ? {} : { channels: [DEMO_CHANNELS.storageops, DEMO_WEBHOOK.channel] };
  const send = async (path: string, body: object) => {
    const request = { headers, json: { ...body, ...channels }, retry: BUSY, timeout: ANSWERED_WITHIN_MS };
    await ky.post(`http://127.0.0.1:${ports.api}${path}`, request).catch((error: unknown) => {
      const why = error instanceof HTTPError ? `rejected with ${error.response.status}` : "not answered";
      throw new Error(`the demo's POST ${path} was ${why}; see ${logFile}`);
    });
  };

  for (const source of WATCHED) await send("/watches", { source });
  const before = cloud.lists.requests.length;
  void tick();
  await untilListed(cloud, before);
  const operations = await startOperations(cloud.url);
  for (const script of SCRIPTS) await send("/jobs", { jobId: cloud.startJob(script, { age: AGE }), title: `demo: ${script}` });
  return { watches: WATCHED.length, jobs: SCRIPTS.length, operations };
}

/** Whether the demo's team has neither a job nor a watch. */
async function isNewTeam(port: number, key: string): Promise<boolean> {
  for (const path of ["/jobs?limit=1", "/watches"]) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${key}` } });
    const { jobs = [], watches = [] } = (await answer.json()) as { jobs?: unknown[]; watches?: unknown[] };
    if (!answer.ok || jobs.length + watches.length > 0) return false;
  }
  return true;
}

/** Waits until the poller has listed what there is: only operations that begin later are discovered. `before`: requests until now. */
async function untilListed({ lists }: Cloud, before: number): Promise<void> {
  const isListed = (source: ListSource) => lists.requests.slice(before).some((request) => request.source === source);
  for (const until = Date.now() + LISTED_WITHIN_MS; Date.now() < until && !WATCHED.every(isListed); )
    await new Promise((resolve) => setTimeout(resolve, 100));
}

/** Skips an operation if its share is busy since an earlier start, or was deleted. */
async function startOperations(cloud: string): Promise<string[]> {
  const started: string[] = [];
  for (const wanted of OPERATIONS) {
    const answer = await fetch(`${cloud}/simulate/console`, { method: "POST", body: JSON.stringify(wanted) });
    const { operation, name, fails } = (await answer.json()) as { operation: string; name: string; fails: boolean };
    if (answer.ok) started.push(`${operation} ${name}${fails ? " (fails)" : ""}`);
  }
  return started;
}
