import { createServer } from "node:http";
import { listen } from "../../../infra/local/listen.ts";
import { type Bundles, bundle } from "../bundle.ts";
import { inFreshProcess } from "../fresh-process.ts";
import { inTurn, median, ratioOf } from "../in-turn.ts";
import type { Row } from "../row.ts";

const START = new URL("../processes/cold-start.mjs", import.meta.url).pathname;
const ROUNDS = 21;
const SECRETS = { OS_TOKEN: "token", SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0/B0/x" };

interface Start {
  importMs: number;
  wallMs: number;
  cpuMs: number;
}

export function coldStartPoll(rounds?: number): Promise<Row[]> {
  return coldStart(rounds, "poll", "client-dynamodb, ky, @slack/webhook", { most: 1, kilobytes: 360 });
}

export function coldStartApi(rounds?: number): Promise<Row[]> {
  return coldStart(rounds, "api", "client-dynamodb, hono", { most: 1.2, kilobytes: 500 });
}

/** AWS on loopback, with one parameter and an empty table, so that the first call to the table ends the event. */
function startAws() {
  const parameter = JSON.stringify({ Parameter: { Value: JSON.stringify(SECRETS) } });
  const server = createServer((request, response) => {
    const isParameter = String(request.headers["x-amz-target"]).startsWith("AmazonSSM.");
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
      response.end(isParameter ? parameter : "{}");
    });
  });
  return listen(server, 0, "AWS");
}

async function coldStart(
  rounds = ROUNDS,
  name: "poll" | "api",
  packages: string,
  goal: { most: number; kilobytes: number },
): Promise<Row[]> {
  const entry = `functions/${name}/handler.ts`;
  const baselineEntry = `test/bench/baselines/${name}.ts`;
  const aws = await startAws();
  const bundles = await bundle([entry, baselineEntry]);
  try {
    const start = (bundled: string, settings: Record<string, string>) => () =>
      inFreshProcess<Start>(START, [bundles.file(bundled), name], { ...environment(aws.url), ...settings });
    const { ours, baseline, deployed } = await inTurn(rounds, {
      ours: start(entry, SECRETS),
      baseline: start(baselineEntry, {}),
      deployed: start(entry, { SECRETS_PARAMETER: "/sfs-jobwatch/bench" }),
    });
    const wall = (one: Start) => one.wallMs;
    const ratio = ratioOf(ours, baseline, wall);
    const bytes = await bytesRatio(bundles, entry, baselineEntry);
    const deployedRatio = ratioOf(deployed, baseline, wall).toFixed(2);
    return [
      {
        name: `cold start, ${name}`,
        ours: `${median(ours.map(wall)).toFixed(0)} ms, ${kilobytes(bundles.bytes(entry))}`,
        baseline: `${packages} alone ${median(baseline.map(wall)).toFixed(0)} ms, ${kilobytes(bundles.bytes(baselineEntry))}`,
        ratio,
        goal: `<= ${goal.most.toFixed(2)} x, ${goal.kilobytes} KB`,
        met: ratio <= goal.most && bundles.bytes(entry) <= goal.kilobytes * 1_000,
        note: `bytes ${bytes.toFixed(2)} x; CPU ${ratioOf(ours, baseline, (one) => one.cpuMs).toFixed(2)} x; with its secrets in SECRETS_PARAMETER ${deployedRatio} x`,
      },
    ];
  } finally {
    await Promise.all([bundles.remove(), aws.close()]);
  }
}

function environment(awsUrl: string): Record<string, string> {
  return {
    STAGE: "local",
    TABLE_NAME: "jobs",
    OS_PROJECT_ID: "0".repeat(32),
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL: awsUrl,
  };
}

async function bytesRatio(bundles: Bundles, ours: string, baseline: string): Promise<number> {
  return bundles.bytes(ours) / bundles.bytes(baseline);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(0)} KB`;
}
