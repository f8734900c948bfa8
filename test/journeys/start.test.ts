import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { createServer, type Server } from "node:net";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { GetItemCommand, ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from "vitest";
import { startCloud } from "../../infra/local/cloud.ts";
import { freePorts } from "../cases/stack.ts";
import { throughContractProxy } from "../contract/proxy.ts";
import { localClient } from "../test-table.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SCRIPT = fileURLToPath(new URL("../../infra/local/start.ts", import.meta.url));

interface Started {
  child: ChildProcess;
  /** Everything printed so far. */
  output(): string;
  ended: Promise<number | null>;
}

let folder: string;
let ports: Record<string, string>;
let stack: Started | undefined;
/** A job that the first test registers. */
let pastedJob: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "jobwatch-"));
});
afterEach(async () => {
  stack?.child.kill("SIGKILL");
  await stack?.ended;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function choosePorts(): Promise<Record<string, string>> {
  return Object.fromEntries(Object.entries(await freePorts()).map(([name, port]) => [name, String(port)]));
}

/**
 * Runs a printed line in a shell, after the printed `export`, and returns its JSON output. Requests go through the contract proxy, if there
 * is one; the stack's own requests for the demo jobs do not.
 */
async function paste({ output }: Started, line: string) {
  const variables = output().match(/^export JOBWATCH_URL=.*$/m)?.[0];
  const script = throughContractProxy(`${variables}\n${line}`, `http://127.0.0.1:${ports.PORT}`);
  const { stdout } = await run("bash", ["-c", script]);
  expect(stdout).toMatch(/^\{/);
  return JSON.parse(stdout);
}

function listening(): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function start(
  environment: Record<string, string> = {},
  [command = "", ...args]: string[] = [process.execPath, SCRIPT],
): Started {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, LOCAL_FOLDER: folder, ...ports, ...environment };
  const child = spawn(command, args, { cwd: ROOT, env });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
  stack = { child, output: () => printed, ended: new Promise((resolve) => child.once("exit", resolve)) };
  return stack;
}

/** Resolves when the output contains all texts. Throws with the output after `within` ms. */
async function printed({ output }: Started, within: number, ...texts: RegExp[]): Promise<void> {
  const until = Date.now() + within;
  while (!texts.every((text) => text.test(output()))) {
    if (Date.now() > until) throw new Error(`not printed within ${within} ms: ${texts.join(" ")}\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Its last line. */
const BANNER = /^ {2}Key +sfsjw_\S+$/m;
const KILLED_TICK = "a tick that was killed";
const SEGMENT = { TableName: "sfs-jobwatch-local", Key: { pk: { S: "segment#0of1" } } };
const table = () => localClient(`http://127.0.0.1:${ports.TABLE_PORT}`);

/** Leaves a lease in the table as if the stack had been killed during a tick, ten minutes after the previous one. */
async function leaveTick(): Promise<void> {
  const { Item = {} } = await table().send(new GetItemCommand(SEGMENT));
  const record = { ...JSON.parse(Item.record?.S ?? "{}"), finishedAt: Date.now() - 600_000 };
  await table().send(
    new UpdateItemCommand({
      ...SEGMENT,
      UpdateExpression: "SET #owner = :owner, #until = :until, #record = :record",
      ExpressionAttributeNames: { "#owner": "owner", "#until": "until", "#record": "record" },
      ExpressionAttributeValues: {
        ":owner": { S: KILLED_TICK },
        ":until": { N: String(Date.now() + 3_600_000) },
        ":record": { S: JSON.stringify(record) },
      },
    }),
  );
}

/** 20 s, or more while other tests keep the machine busy. */
function firstMessagesWithin(): number {
  const [busy = 0] = loadavg();
  return busy > 2 * availableParallelism() ? 75_000 : 20_000;
}

const json = async (url: string) => (await fetch(url)).json();

/** Follows the printed link as a browser does. Returns the page that it leads to. */
async function signInBy(link: string): Promise<string> {
  const signIn = await fetch(link, { redirect: "manual" });
  const [cookie = ""] = (signIn.headers.get("set-cookie") ?? "").split(";");
  const page = new URL(signIn.headers.get("location") ?? "", link);
  return await (await fetch(page, { headers: { accept: "text/html", cookie } })).text();
}

async function tickOwner(): Promise<string | undefined> {
  return (await table().send(new GetItemCommand(SEGMENT))).Item?.owner?.S;
}

it("shows a success and a failure within 20 s of the banner, discovered ones within 90 s, runs the printed lines, serves the command line, and stops on Ctrl-C", async () => {
  ports = await choosePorts();
  const running = start({}, [process.execPath, SCRIPT, "--verbose"]);
  await printed(running, 85_000, BANNER);
  const upAt = Date.now();
  expect(running.output()).toMatch(/extend data-01, .*Nobody registered these\. 6 jobs are registered\./s);
  const link = running.output().match(/http:\S+\/local\/sign-in\/\S+/)?.[0] ?? "";
  expect(await signInBy(link)).toMatch(/<title>Jobs .*demo: succeeds/s);
  expect(await signInBy(`${link}x`)).toMatch(/<title>Sign in /);
  const pasted = await paste(running, command(running, /\/simulate\/jobs/));
  expect(pasted).toMatchObject({ state: "waiting", channels: ["storage-ops"] });
  pastedJob = pasted.jobId;
  const commandLine = await fetch(`http://127.0.0.1:${ports.PORT}/jobwatch.mjs`);
  expect(await commandLine.text()).toMatch(/^#!/);
  await printed(
    running,
    firstMessagesWithin() - (Date.now() - upAt),
    /demo: succeeds" finished|Finished .*demo: succeeds/,
    /demo: fails"[^"]* after \d+ s[^"]*sold\s+out/,
  );
  const failed = /Extending\s+share\s+"[\w-]+"\s+failed|Failed.*Extending\s+share/;
  await printed(running, 90_000 - (Date.now() - upAt), /Extending\s+share\s+"data-01"/, failed);
  const discovered = ["create success", "extend success", "extend failed", "change-security-group success", "delete success"];
  await expect.poll(() => operations(running), { timeout: 100_000, interval: 1_000 }).toEqual(discovered.toSorted());
  expect(await paste(running, command(running, /\/simulate\/console/))).toMatchObject({ operation: "extend", fails: true });
  const listed = await fetch(`http://127.0.0.1:${ports.SLACK_PORT}/messages.json`);
  expect(await listed.text()).toContain("demo: succeeds");
  const events = await (await fetch(`http://127.0.0.1:${ports.EVENTS_PORT}/events.json`)).text();
  for (const by of ["webhook pipeline", "bus local"]) expect(events).toContain(`"by":"${by}"`);
  const page = await (await fetch(`http://127.0.0.1:${ports.EVENTS_PORT}/`)).text();
  expect(page).toMatch(/<meta name="viewport".*demo: succeeds/s);
  for (const port of Object.values(ports)) {
    expect(await statusOf(port, { host: "evil.example" })).toBe(403);
    expect(await statusOf(port, { origin: "http://evil.example" })).toBe(403);
    expect(await statusOf(port, {})).not.toBe(403);
  }
  await leaveTick();
  const scans = keepScanning();
  running.child.kill("SIGINT");
  running.child.kill("SIGINT");
  expect(await running.ended).toBe(0);
  expect(running.output()).not.toContain("after an error");
  expect(running.output().trim()).toMatch(/\nStopped\. `npm start` continues with the same jobs; `rm -r .*` deletes them\.$/);
  await scans;
  await nothingAnswers();
  expect(await openToOthers(folder)).toEqual([]);
}, 240_000);

const LIST_OPEN_JOBS = /state=open/;
const LIST_WATCHES = /\/watches -H "[^"]+"$/;

/** Returns the printed command that matches. */
function command({ output }: Started, pattern: RegExp): string {
  const lines = output().split("\n");
  return lines.find((line) => line.startsWith("curl") && pattern.test(line)) ?? "";
}

/** The operations on shares, as in "extend failed". Nobody has registered one. */
async function operations(running: Started): Promise<string[]> {
  const line = command(running, LIST_OPEN_JOBS).replace("state=open", "source=sfs-turbo-share&limit=100");
  const { jobs }: { jobs: { jobId: string; state: string }[] } = await paste(running, line);
  return jobs.map(({ jobId, state }) => `${jobId.split(".")[1]} ${state}`).toSorted();
}

async function statusOf(port: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ port, host: "127.0.0.1", headers, agent: false }, (answer) => resolve(answer.resume().statusCode)).on(
      "error",
      reject,
    );
  });
}

/** Keeps the table busy until it stops, as a tick does. */
async function keepScanning(): Promise<void> {
  const client = table();
  const scan = async () => {
    for (;;) await client.send(new ScanCommand({ TableName: SEGMENT.TableName }));
  };
  await Promise.allSettled(Array.from({ length: 10 }, scan));
  client.destroy();
}

async function nothingAnswers(): Promise<void> {
  for (const port of Object.values(ports)) await expect(statusOf(port, {})).rejects.toThrow();
}

async function openToOthers(path: string): Promise<string[]> {
  const names = ["", ...(await readdir(path, { recursive: true }))];
  const modes = await Promise.all(names.map(async (name) => (await stat(join(path, name))).mode));
  return names.filter((_, index) => ((modes[index] ?? 0) & 0o077) !== 0);
}

it.each([
  { moment: "at once", signal: "SIGINT", after: undefined },
  { moment: "while the functions start", signal: "SIGTERM", after: /sfs-jobwatch starts/ },
  { moment: "while the functions start", signal: "SIGHUP", after: /sfs-jobwatch starts/ },
] as const)(
  "stops on $signal $moment, and leaves no process",
  async ({ signal, after }) => {
    ports = await choosePorts();
    const running = start();
    if (after) await printed(running, 85_000, after);
    const functions = after ? await functionsOf(running) : undefined;
    running.child.kill(signal);
    // Before its first line runs, the signal itself ends the process.
    expect([0, null]).toContain(await running.ended);
    if (after) expect(running.child.signalCode).toBe(null);
    await nothingAnswers();
    if (functions !== undefined) expect(() => process.kill(functions, 0)).toThrow();
  },
  120_000,
);

/** The process id of serverless-offline, once it runs. */
async function functionsOf({ child }: Started): Promise<number> {
  for (;;) {
    const { stdout } = await run("ps", ["-eo", "ppid=,pid=,args="]);
    const [, pid] = new RegExp(`^ *${child.pid} +(\\d+) .*serverless\\.js`, "m").exec(stdout) ?? [];
    if (pid !== undefined) return Number(pid);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it("stops if npm is killed, which forwards no signal, and restricts files that an earlier start left readable to others", async () => {
  ports = await choosePorts();
  await chmod(folder, 0o755);
  await writeFile(join(folder, "functions.log"), "", { mode: 0o644 });
  await chmod(join(folder, "demo-key"), 0o644);
  const running = start({}, ["npm", "start"]);
  await printed(running, 85_000, /sfs-jobwatch starts/);
  expect(await openToOthers(folder)).toEqual([]);
  running.child.kill("SIGTERM");
  await expect.poll(() => nothingAnswers().then(() => "stopped", String), { timeout: 20_000 }).toBe("stopped");
}, 180_000);

it("keeps its jobs and watches over a restart, without a second demo, and ticks at once although a tick was killed", async () => {
  ports = await choosePorts();
  const running = start();
  await printed(running, 85_000, BANNER);
  expect(running.output()).toContain("The jobs and watches of the earlier start go on.");
  // The stack was stopped, not down.
  expect(await json(`http://127.0.0.1:${ports.PORT}/health`)).toMatchObject({ status: "ok" });
  const { jobs }: { jobs: { jobId: string }[] } = await paste(
    running,
    command(running, LIST_OPEN_JOBS).replace("state=open", "limit=100"),
  );
  expect(jobs.map(({ jobId }) => jobId)).toContain(pastedJob);
  const { watches } = await paste(running, command(running, LIST_WATCHES));
  expect(watches).toHaveLength(2);
  await expect.poll(tickOwner, { timeout: 60_000, interval: 200 }).not.toBe(KILLED_TICK);
  expect(await (await fetch(`http://127.0.0.1:${ports.SLACK_PORT}/messages.json`)).text()).not.toContain('"operators"');
}, 180_000);

it("has no demo where Slack is real, and prints how to watch the project", async () => {
  ports = await choosePorts();
  const running = start({ SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T1/B1/secret" });
  await printed(running, 85_000, /There is no demo: Slack is real/, BANNER);
  expect(await paste(running, command(running, LIST_OPEN_JOBS))).toMatchObject({ jobs: [] });
  expect(await paste(running, command(running, LIST_WATCHES))).toEqual({ watches: [] });
  expect(running.output()).toMatch(new RegExp(`^ {2}Table +${folder}/real-receivers/table `, "m"));
  expect(await paste(running, command(running, /\/watches .* -d /))).toMatchObject({
    source: "sfs-turbo-share",
    channels: ["default"],
  });
}, 120_000);

it.each([
  { name: "says who is signed in to a real cloud, and has no demo there", password: "right", ends: undefined },
  { name: "ends if a real cloud refuses to sign it in", password: "wrong", ends: 1 },
])(
  "$name",
  async ({ password, ends }) => {
    ports = await choosePorts();
    const project = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
    const user = { name: "storage-bot", password: "right", domain: "OTC-1" };
    const cloud = await startCloud({ port: 0, user, projectIds: [project] });
    onTestFinished(() => cloud.close());
    const running = start({
      ...{ OS_AUTH_URL: `${cloud.url}/v3`, SFS_TURBO_ENDPOINT: cloud.url, OS_PROJECT_ID: project },
      ...{ OS_USERNAME: user.name, OS_PASSWORD: password, OS_USER_DOMAIN_NAME: user.domain },
    });
    if (ends === undefined) {
      await printed(running, 85_000, /There is no demo: the cloud is real.*\/watches .*\n/s);
      expect(running.output()).toMatch(new RegExp(`^ {2}Table +${folder}/real-cloud/table `, "m"));
      expect(running.output()).toContain(`Signed in to eu-de as storage-bot (OTC-1), project ${project}\n`);
      expect(await paste(running, command(running, LIST_OPEN_JOBS))).toMatchObject({ jobs: [] });
    } else {
      expect(await running.ended).toBe(ends);
      expect(running.output()).toMatch(/^sfs-jobwatch cannot run: could not sign in to eu-de: .*401.*\n$/);
    }
  },
  120_000,
);

it.each([
  {
    name: "an invalid port",
    environment: { SLACK_PORT: "eighty" },
    message: /^sfs-jobwatch cannot run: the configuration has 1 problem: SLACK_PORT must be a port from 1 to 65535\n$/,
  },
  {
    name: "a port that browsers block",
    environment: { PORT: "6000" },
    message:
      /^sfs-jobwatch cannot run: the configuration has 1 problem: PORT must be a port that browsers open, which 6000 is not\n$/,
  },
  {
    name: "a broken setting",
    environment: { LOST_AFTER_MINUTES: "soon", OS_REGION_NAME: "eu de", PORT: "eighty", LATE_AFTER_MINUTE: "5" },
    message:
      /^sfs-jobwatch cannot run: the configuration has 4 problems: PORT must .*; LATE_AFTER_MINUTE is not a setting: did you mean LATE_AFTER_MINUTES\?; OS_REGION_NAME must be .*; LOST_AFTER_MINUTES must be a whole number .*\n$/,
  },
  {
    name: "a webhook URL that is not Slack's",
    environment: { SLACK_WEBHOOK_URL: "https://hooks.slack.com@evil.example/services/T1/B1/secret" },
    message:
      /^sfs-jobwatch cannot run: the configuration has 1 problem: SLACK_WEBHOOK_URL must contain incoming webhook URLs like .*\n$/,
  },
])("reports $name in one line", async ({ environment, message }) => {
  ports = await choosePorts();
  const running = start(environment);
  expect(await running.ended).toBe(1);
  expect(running.output()).toMatch(message);
  expect(running.output()).not.toContain("secret");
});

it("reports a port in use in one line", async () => {
  ports = await choosePorts();
  const taken = await listening();
  const port = String((taken.address() as { port: number }).port);
  for (const name of ["SLACK_PORT", "PORT"]) {
    const running = start({ [name]: port });
    expect(await running.ended).toBe(1);
    expect(running.output()).toMatch(
      new RegExp(
        `^(sfs-jobwatch starts \\.\\.\\.\\n)?sfs-jobwatch cannot run: port ${port} for the .* is in use: set ${name} to another\\n$`,
      ),
    );
  }
  taken.close();
});
