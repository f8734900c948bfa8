import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createKey } from "../../lib/adapters/dynamodb/api-keys.ts";
import { createClient } from "../../lib/adapters/dynamodb/client.ts";
import { closeSegment, readSegment } from "../../lib/adapters/dynamodb/poller-states.ts";
import { readConfig } from "../../lib/config/config.ts";
import { misspelledVariables } from "../../lib/config/variables.ts";
import { signInLine } from "../scripts/doctor/sign-in.ts";
import { readArguments } from "./arguments.ts";
import { checkPorts } from "./busy-ports.ts";
import { startCloud } from "./cloud.ts";
import { demoOf } from "./demo.ts";
import {
  DEMO_CHANNELS,
  DEMO_PROJECT,
  DEMO_SHARES,
  DEMO_USER,
  DEMO_WEBHOOK,
  type LocalEnvironment,
  localEnvironment,
  pageLinks,
} from "./environment.ts";
import { startEventSink } from "./event-sink.ts";
import { type Functions, openFunctions } from "./functions.ts";
import { type PrintedMessages, printAll, printFirst } from "./printed-messages.ts";
import { makePrivate } from "./private-files.ts";
import { createSignInLink, signInUrl as signInUrlOf } from "./sign-in-link.ts";
import { startSlackSink } from "./slack-sink.ts";
import { startTable } from "./table.ts";
import { bannerLines } from "./terminal-lines.ts";

// `npm start`: runs the whole service on this machine. The cloud, Slack and the event receivers are simulated unless the real ones are configured.

const FOLDER = process.env.LOCAL_FOLDER || ".local";
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const STOPPED_WITHIN_MS = 10_000;
let functions: Functions | undefined;
let ending = false;
/** The banner is printed. */
let isUp = false;

// An uncaught error of a part must not end the stack, nor change the exit code while it stops.
process.on("uncaughtException", (error) => {
  if (!ending) console.error(`sfs-jobwatch keeps running after an error: ${error.stack ?? error.message}`);
});
for (const name of STOP_SIGNALS) process.on(name, () => void end(0));
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => void end(0));
if (process.env.npm_lifecycle_event) endWithParent(process.ppid);
process.chdir(fileURLToPath(new URL("../..", import.meta.url)));
try {
  await start(readArguments());
} catch (error) {
  await end(1, (error as Error).message);
}

/** Starts the doubles and the functions, registers the demo, runs the first tick, and lets the demo begin. */
async function start({ verbose, demo: wantsDemo }: { verbose: boolean; demo: boolean }): Promise<void> {
  const local = localEnvironment(process.env);
  Object.assign(process.env, local.variables);
  const { ports, real, variables } = local;
  // Real parts have their own table and keys, so that the demo's key gives no access to them, and no simulated job is sought in a real cloud.
  const folder = real.cloud ? `${FOLDER}/real-cloud` : real.slack || real.events ? `${FOLDER}/real-receivers` : FOLDER;
  const logFile = `${folder}/functions.log`;
  process.umask(0o077);
  for (const path of [FOLDER, folder]) makePrivate(path);
  process.env.SIGNING_SECRET ||= kept(folder, "signing-secret", () => randomBytes(32).toString("base64url"));
  const config = readConfig(process.env, [...local.problems, ...misspelledVariables(process.env)]);
  await checkPorts(local);
  if (local.ignored.length > 0) console.log(`npm start sets ${local.ignored.join(", ")} itself, and ignores your values.`);
  if (real.cloud) console.log(await signInLine(config));
  const printed = verbose ? printAll(console.log) : printFirst(`http://127.0.0.1:${ports.slack}`, console.log);
  const cloud = await startDoubles(local, folder, printed);
  console.log("sfs-jobwatch starts ...");
  const key = kept(folder, "demo-key", () => `sfsjw_${randomBytes(32).toString("base64url")}`);
  const signInLink = createSignInLink(key);
  functions = await openFunctions({
    port: ports.api,
    lambdaPort: ports.functions,
    environment: process.env,
    logFile,
    signInLink,
    prepare: () => releaseLeases(variables.TABLE_NAME ?? "", config.poll.segments),
    onTrouble: (line) => console.error(line),
    onExit: (reason) => void end(1, reason),
  });
  await saveKey(key);
  // A stopping stack must not start a process, since nothing would end it.
  if (ending) return;
  await functions.start();
  const demo = await demoOf(local, { key, cloud, tick: tickUntilSchedule, logFile, isWanted: wantsDemo });
  void tickUntilSchedule();
  const signInUrl = signInUrlOf(`http://127.0.0.1:${ports.api}`, signInLink);
  console.log(bannerLines({ local, folder, logFile, key, signInUrl, demo }).join("\n"));
  isUp = true;
  printed.afterBanner();
}

async function startDoubles({ ports, real, variables }: LocalEnvironment, folder: string, printed: PrintedMessages) {
  const tableName = variables.TABLE_NAME ?? "";
  const links = pageLinks({ ports, real });
  await startTable({ port: ports.table, path: `${folder}/table`, tableName, templateFile: "infra/table.yml" });
  if (!real.slack)
    await startSlackSink({ port: ports.slack, strictRate: true, channels: DEMO_CHANNELS, onMessage: printed.onMessage, links });
  if (!real.events) await startEventSink({ port: ports.events, secret: DEMO_WEBHOOK.secret, onEvent: printed.onEvent, links });
  return real.cloud
    ? undefined
    : await startCloud({ port: ports.cloud, user: DEMO_USER, projectIds: [DEMO_PROJECT], folder, stock: DEMO_SHARES, links });
}

/** Runs the poller until no tick is in progress at a whole minute, since the schedule's tick would then be skipped. */
async function tickUntilSchedule(): Promise<void> {
  const minute = () => Math.floor(Date.now() / 60_000);
  for (let began = Number.NaN; !ending && began !== minute(); ) {
    began = minute();
    await functions?.tick();
  }
}

/**
 * Releases the leases of an earlier stack, so that the first tick does not wait for them. No other stack uses the table. At the start of the
 * stack, the time since its last tick is not a downtime: somebody stopped it.
 */
async function releaseLeases(table: string, segments: number): Promise<void> {
  const client = createClient();
  for (let segment = 0; segment < segments; segment++) {
    const state = await readSegment(client, table, { segment, segmentCount: segments, now: Date.now() });
    if (state === undefined) continue;
    const { oldestPendingAt: _, ...others } = state;
    await closeSegment(client, table, isUp ? state : { ...others, finishedAt: Date.now() });
  }
}

async function saveKey(key: string): Promise<void> {
  const hash = createHash("sha256").update(key).digest("hex");
  const owner = { team: "demo", label: "npm start", createdBy: "npm start" };
  await createKey(createClient(), process.env.TABLE_NAME ?? "", { hash, createdAt: Date.now(), ...owner });
}

/** Returns the same secret on every start. Only this user can read its file. */
function kept(folder: string, name: string, make: () => string): string {
  const file = `${folder}/${name}`;
  const secret = existsSync(file) ? readFileSync(file, "utf8").trim() : make();
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return secret;
}

/** Ends with the parent: npm forwards no signals, and a closed terminal may signal only npm. */
function endWithParent(parent: number): void {
  setInterval(() => process.ppid !== parent && void end(0), 500).unref();
}

/**
 * Ends the functions' process; all other parts end with this one. Prints the problem in one line. Does not close the table first: dynalite
 * throws if its files close during a scan, and everything that it confirmed is on disk.
 */
async function end(code: number, problem?: string): Promise<void> {
  if (ending) return;
  ending = true;
  if (problem !== undefined) console.error(`sfs-jobwatch cannot run: ${problem}`);
  else if (isUp) console.log(`\nStopped. \`npm start\` continues with the same jobs; \`rm -r ${FOLDER}\` deletes them.`);
  setTimeout(() => process.exit(code), STOPPED_WITHIN_MS);
  await functions?.close().catch(() => undefined);
  process.exit(code);
}
