import type { Demo } from "./demo.ts";
import type { LocalEnvironment } from "./environment.ts";
import { type SinkEvent, summaryOf } from "./event-page.ts";
import { renderText } from "./render-text.ts";
import type { SinkMessage } from "./slack-sink.ts";

const BOLD = "\u001b[1m";
const DIM = "\u001b[2m";
const PLAIN = "\u001b[0m";

/** Lists what runs where. */
export function welcomeLines({ ports, real }: LocalEnvironment, folder: string, logFile: string): string[] {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return [
    "",
    bold("sfs-jobwatch is running on this machine. Ctrl-C stops everything."),
    "",
    row("Pages", `${at(ports.api)}/`, "the team's jobs; sign in with the key below"),
    row("API", at(ports.api), "POST /watches, POST /jobs, GET /health"),
    row(
      "Slack",
      real.slack ? "the real one" : at(ports.slack),
      real.slack ? "your webhooks" : "every message, as Slack shows it",
    ),
    row(
      "Events",
      real.events ? "the real ones" : at(ports.events),
      real.events ? "from WEBHOOKS and EVENT_BUS_NAME" : "signed webhooks and the event bus",
    ),
    row(
      "Cloud",
      real.cloud ? "the real one" : at(ports.cloud),
      real.cloud ? "from OS_*" : "simulated: shares, backups, jobs and tokens",
    ),
    row("Table", at(ports.table), `stored in ${folder}/table, survives a restart`),
    row("Logs", logFile, "output of both functions"),
    "",
  ];
}

/** Suggests what to try next, in commands that work when pasted. */
export function demoLines(local: LocalEnvironment, key: string, demo: Demo | undefined): string[] {
  const api = `http://127.0.0.1:${local.ports.api}`;
  const cloud = `http://127.0.0.1:${local.ports.cloud}`;
  const auth = `-H 'Authorization: Bearer ${key}'`;
  const post = (path: string, body: string) => `curl -sS ${api}${path} ${auth} -H 'Content-Type: application/json' -d ${body}`;
  const watch = post("/watches", `'{"source":"sfs-turbo-share"}'`);
  const signIn = [`Open ${api}/ and sign in with the key of the demo team:`, "", key, ""];
  if (local.real.cloud)
    return [...signIn, "There is no demo: the cloud is real. To be notified of every operation on your shares:", "", watch, ""];
  return [
    ...signIn,
    ...(demo
      ? aboutDemo(demo)
      : ["There is no demo: Slack is real. To be notified there of every operation on a share:", "", watch]),
    "",
    "To start an operation at the console, which nobody registers:",
    "",
    `curl -sS ${cloud}/simulate/console -d '{"operation":"extend","fails":true}'`,
    "",
    "To start a job that fails, and register it:",
    "",
    post("/jobs", `"$(curl -sS ${cloud}/simulate/jobs -d '{"script":"fails"}')"`),
    "",
    "To list the team's open jobs and its watches, and what can be simulated:",
    "",
    `curl -sS '${api}/jobs?state=open' ${auth}`,
    `curl -sS ${api}/watches ${auth}`,
    `curl -sS ${cloud}/simulate/scripts`,
    "",
  ];
}

function aboutDemo({ watches, jobs, operations }: Demo): string[] {
  return [
    `${watches} watches report every operation on the project's shares, and every backup. The console has started:`,
    dim(operations.join(", ")),
    `Nobody registered these. ${jobs} jobs are registered. The first messages appear here in about 20 seconds.`,
  ];
}

/** Renders a message for the terminal. */
export function messageLines({ at, channel, payload }: SinkMessage): string[] {
  const time = new Date(at).toISOString().slice(11, 19);
  return ["", `${bold(`#${channel}`)} ${dim(time)}`, renderText(payload, { now: at, color: process.stdout.isTTY })];
}

/** Renders an event in one line. */
export function eventLine(event: SinkEvent): string {
  return dim(`${new Date(event.at).toISOString().slice(11, 19)} ${event.by}: ${summaryOf(event)}`);
}

function row(name: string, where: string, what: string): string {
  return `  ${name.padEnd(8)}${where.padEnd(25)} ${dim(what)}`;
}

function bold(text: string): string {
  return process.stdout.isTTY ? `${BOLD}${text}${PLAIN}` : text;
}

function dim(text: string): string {
  return process.stdout.isTTY ? `${DIM}${text}${PLAIN}` : text;
}
