import type { Demo } from "./demo.ts";
import type { LocalEnvironment } from "./environment.ts";

const BOLD = "\u001b[1m";
const DIM = "\u001b[2m";
const PLAIN = "\u001b[0m";

export interface Banner {
  local: LocalEnvironment;
  /** Where the table, the key and the log are. */
  folder: string;
  logFile: string;
  key: string;
  signInUrl: string;
  /** What the demo started, or why there is none. */
  demo: Demo | string;
}

/** Says what runs where, and what to try. The link and the key are last, since they must stay on the screen. */
export function bannerLines({ local, folder, logFile, key, signInUrl, demo }: Banner): string[] {
  return [
    "",
    bold("sfs-jobwatch is running on this machine. Ctrl-C stops everything."),
    "",
    ...placeLines(local, folder, logFile),
    "",
    ...(typeof demo === "string" ? [demo] : aboutDemo(demo)),
    "",
    ...commandLines(local, key),
    "",
    ...table([
      ["Sign in", bold(signInUrl), ""],
      ["Key", bold(key), ""],
    ]),
    "",
  ];
}

function placeLines({ ports, real }: LocalEnvironment, folder: string, logFile: string): string[] {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return table([
    ["Slack", ...(real.slack ? ["the real one", "your webhooks"] : [at(ports.slack), "every message, as Slack shows it"])],
    [
      "Events",
      ...(real.events
        ? ["the real ones", "from WEBHOOKS and EVENT_BUS_NAME"]
        : [at(ports.events), "signed webhooks and the event bus"]),
    ],
    [
      "Cloud",
      ...(real.cloud
        ? ["the real one", "from OS_*"]
        : [`${at(ports.cloud)}/simulate/scripts`, "simulated; the page lists what can be started"]),
    ],
    ["Table", `${folder}/table`, "stored in this folder; survives a restart"],
    ["Log", logFile, "output of both functions"],
  ]);
}

/** Suggests what to try next, in commands that work when pasted in this order. */
function commandLines({ ports, real }: LocalEnvironment, key: string): string[] {
  const cloud = `http://127.0.0.1:${ports.cloud}`;
  const auth = '-H "Authorization: Bearer $JOBWATCH_KEY"';
  const json = "-H 'Content-Type: application/json'";
  const post = (path: string, body: string) => `curl -sS $JOBWATCH_URL${path} ${auth} ${json} -d ${body}`;
  return [
    "To try it from a second terminal:",
    `export JOBWATCH_URL=http://127.0.0.1:${ports.api} JOBWATCH_KEY=${key}`,
    ...(real.cloud || real.slack
      ? [dim("# notify of every operation on a share"), post("/watches", `'{"source":"sfs-turbo-share"}'`)]
      : []),
    ...(real.cloud
      ? []
      : [
          dim("# start an operation at the console, which nobody registers; start a job that fails, and register it"),
          `curl -sS ${cloud}/simulate/console -d '{"operation":"extend","fails":true}'`,
          post("/jobs", `"$(curl -sS ${cloud}/simulate/jobs -d '{"script":"fails"}')"`),
        ]),
    dim("# list the team's open jobs and its watches"),
    `curl -sS "$JOBWATCH_URL/jobs?state=open" ${auth}`,
    `curl -sS $JOBWATCH_URL/watches ${auth}`,
  ];
}

function aboutDemo({ watches, jobs, operations }: Demo): string[] {
  return [
    `${watches} watches report every operation on the project's shares, and every backup. The console has started:`,
    dim(operations.join(", ")),
    `Nobody registered these. ${jobs} jobs are registered. The first success and failure appear below in about 15 seconds.`,
  ];
}

/** Aligns the columns, however long a cell is. */
function table(rows: string[][]): string[] {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(([name = "", where = "", what = ""]) =>
    `  ${name.padEnd(widths[0] ?? 0)}  ${where.padEnd(widths[1] ?? 0)}  ${what && dim(what)}`.trimEnd(),
  );
}

export function bold(text: string): string {
  return process.stdout.isTTY ? `${BOLD}${text}${PLAIN}` : text;
}

export function dim(text: string): string {
  return process.stdout.isTTY ? `${DIM}${text}${PLAIN}` : text;
}
