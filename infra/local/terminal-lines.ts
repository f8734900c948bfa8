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
    row("API", at(ports.api), "POST /jobs, GET /jobs, GET /health"),
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
      real.cloud ? "from OS_*" : "simulated: the job API and the token API",
    ),
    row("Table", at(ports.table), `stored in ${folder}/table, survives a restart`),
    row("Logs", logFile, "output of both functions"),
    "",
  ];
}

/** Suggests what to try next, in commands that work when pasted. */
export function demoLines({ ports, real }: LocalEnvironment, key: string, jobs: number): string[] {
  const api = `http://127.0.0.1:${ports.api}`;
  const signIn = [`Open ${api}/ and sign in with the key of the demo team:`, "", key, ""];
  const auth = `-H 'Authorization: Bearer ${key}'`;
  if (real.cloud) {
    return [
      ...signIn,
      "Register a job of your project:",
      "",
      `curl -sS ${api}/jobs ${auth} -H 'Content-Type: application/json' -d '{"jobId":"<the job id>"}'`,
      "",
    ];
  }
  const simulate = `curl -sS http://127.0.0.1:${ports.cloud}/simulate/jobs -d '{"script":"fails"}'`;
  return [
    ...signIn,
    `${jobs} demo jobs are registered, one for each script of the simulated cloud.`,
    "Their messages appear here in about 20 seconds. To start and register another job that fails:",
    "",
    `curl -sS ${api}/jobs ${auth} -H 'Content-Type: application/json' -d "$(${simulate})"`,
    "",
    "To list the team's open jobs and the available scripts:",
    "",
    `curl -sS '${api}/jobs?state=open' ${auth}`,
    `curl -sS http://127.0.0.1:${ports.cloud}/simulate/scripts`,
    "",
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
