import { expect, it } from "vitest";
import { demoOf } from "../../infra/local/demo.ts";
import { localEnvironment } from "../../infra/local/environment.ts";
import { printAll, printFirst } from "../../infra/local/printed-messages.ts";
import { type Banner, bannerLines } from "../../infra/local/terminal-lines.ts";

const message = (text: string, color: string) => ({
  at: Date.UTC(2026, 10, 28, 2, 17, 6),
  channel: "storage-ops",
  payload: { text, attachments: [{ color, blocks: [] }] },
  rendered: text,
});
const FINISHED = message("demo: succeeds finished", "good");
const FAILED = message("demo: fails failed", "danger");

it("prints only the first success and the first failure, below the banner", () => {
  const lines: string[] = [];
  const printed = printFirst("http://127.0.0.1:8002", (line) => lines.push(line));
  printed.onMessage(FINISHED);
  printed.onEvent({ at: 0, by: "bus local", id: "1", event: {} });
  expect(lines).toEqual([]);
  lines.push("(banner)");
  printed.afterBanner();
  printed.onMessage(FINISHED);
  printed.onMessage(message("demo: slow is late", "warning"));
  printed.onMessage(FAILED);
  printed.onMessage(FAILED);
  expect(lines).toEqual([
    "(banner)",
    "02:17:06 #storage-ops demo: succeeds finished",
    "02:17:06 #storage-ops demo: fails failed",
    "All messages: http://127.0.0.1:8002 (npm start -- --verbose prints them here)",
  ]);
});

it("prints a roll-up with both once", () => {
  const lines: string[] = [];
  const printed = printFirst("http://127.0.0.1:8002", (line) => lines.push(line));
  printed.afterBanner();
  printed.onMessage(message("2 jobs: 1 failed, 1 finished", "danger"));
  printed.onMessage(FINISHED);
  expect(lines).toEqual(["02:17:06 #storage-ops 2 jobs: 1 failed, 1 finished", expect.stringContaining("All messages:")]);
});

it("prints every message and event with --verbose", () => {
  const lines: string[] = [];
  const printed = printAll((line) => lines.push(line));
  for (const one of [FINISHED, FINISHED]) printed.onMessage(one);
  printed.onEvent({ at: 0, by: "bus local", id: "1", event: {} });
  expect(lines).toHaveLength(3);
});

function banner(environment: Record<string, string>, folder = ".local"): string[] {
  const local = localEnvironment(environment);
  const parts: Omit<Banner, "local"> = {
    ...{ folder, logFile: `${folder}/functions.log`, key: "sfsjw_key" },
    ...{
      signInUrl: "http://127.0.0.1:3000/local/sign-in/token",
      demo: { watches: 2, jobs: 6, operations: ["extend data-01"] },
    },
  };
  return bannerLines({ local, ...parts });
}

it.each([
  { name: "short", environment: {}, folder: ".local" },
  { name: "long", environment: { PORT: "43210", SLACK_PORT: "43211" }, folder: `/home/someone/${"folder/".repeat(12)}` },
])("aligns the columns of $name values, and ends with the link and the key", ({ environment, folder }) => {
  const lines = banner(environment, folder);
  const rows = lines.filter((line) => /^ {2}(Slack|Events|Cloud|Table|Log) /.test(line));
  const columns = ["every message", "signed webhooks", "simulated;", "stored in", "output of"];
  expect(new Set(rows.map((row, index) => row.indexOf(columns[index] ?? "?")))).toHaveLength(1);
  expect(rows).toHaveLength(5);
  expect(lines.slice(-3).map((line) => line.trim().split(/\s+/).at(-1))).toEqual([
    "http://127.0.0.1:3000/local/sign-in/token",
    "sfsjw_key",
    "",
  ]);
});

it("fits on a small terminal", () => {
  const rows = banner({}).map((line) => Math.max(1, Math.ceil(line.length / 100)));
  expect(rows.reduce((sum, row) => sum + row, 0)).toBeLessThanOrEqual(28);
});

it("has no demo with --no-demo", async () => {
  const parts = { key: "sfsjw_key", cloud: {} as never, tick: () => expect.unreachable(), logFile: "", isWanted: false };
  expect(await demoOf(localEnvironment({}), parts)).toMatch(/no demo/);
});

it("reports settings that have no effect: an error if they are for the real cloud, else by name", () => {
  const alone = localEnvironment({ OS_AUTH_URL: "https://iam.eu-de.otc.t-systems.com/v3", SERVICE_ENDPOINTS: "{}" });
  expect(alone.problems).toEqual([
    expect.stringMatching(/^OS_AUTH_URL and SERVICE_ENDPOINTS are for a real cloud, but no way to/),
  ]);
  expect(localEnvironment({ OS_AUTH_URL: "x", OS_TOKEN: "y", OS_PROJECT_ID: "z" })).toMatchObject({
    problems: [],
    ignored: [],
  });
  expect(localEnvironment({ OPS_CHANNEL: "x", TABLE_NAME: "y", AWS_REGION: "z", PORT: "3001" })).toMatchObject({
    ...{ problems: [], ignored: ["OPS_CHANNEL", "TABLE_NAME"] },
  });
});

it("names all wrong ports at once", () => {
  expect(localEnvironment({ PORT: "eighty", SLACK_PORT: "6000", CLOUD_PORT: "8003" }).problems).toEqual([
    "PORT must be a port from 1 to 65535",
    "SLACK_PORT must be a port that browsers open, which 6000 is not",
    "CLOUD_PORT and EVENTS_PORT must differ: both are 8003",
  ]);
});
