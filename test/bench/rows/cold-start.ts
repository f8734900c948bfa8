import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { listen } from "../../../infra/local/listen.ts";
import { selfSigned } from "../../faults/self-signed.ts";
import { type Bundles, bundle } from "../bundle.ts";
import { inFreshProcess } from "../fresh-process.ts";
import { inTurn, median, ratioOf } from "../in-turn.ts";
import type { Row } from "../row.ts";

const START = fileURLToPath(new URL("../processes/cold-start.mjs", import.meta.url));
const ROUNDS = 21;
const SECRETS = { OS_TOKEN: "token", SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0/B0/x" };

const ENVIRONMENT = {
  STAGE: "local",
  TABLE_NAME: "jobs",
  OS_PROJECT_ID: "0".repeat(32),
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
};

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

/**
 * AWS on loopback, with one parameter and an empty table, so that the first call to the table ends the event. Uses TLS, as AWS does: for
 * plain HTTP the SDK imports node:http as an ES module, and that alone loads the built-in fetch (20 ms).
 */
async function startAws() {
  const parameter = JSON.stringify({ Parameter: { Value: JSON.stringify(SECRETS) } });
  const { key, cert } = selfSigned();
  const server = createServer({ key, cert }, (request, response) => {
    const isParameter = String(request.headers["x-amz-target"]).startsWith("AmazonSSM.");
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
      response.end(isParameter ? parameter : "{}");
    });
  });
  const { port, close } = await listen(server, 0, "AWS");
  const folder = await mkdtemp(join(tmpdir(), "sfs-jobwatch-bench-"));
  const authority = join(folder, "certificate.pem");
  await writeFile(authority, cert);
  const trusted = { AWS_ENDPOINT_URL: `https://localhost:${port}`, NODE_EXTRA_CA_CERTS: authority };
  return { trusted, close: () => Promise.all([close(), rm(folder, { recursive: true })]) };
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
      inFreshProcess<Start>(START, [bundles.file(bundled), name], { ...ENVIRONMENT, ...aws.trusted, ...settings });
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

async function bytesRatio(bundles: Bundles, ours: string, baseline: string): Promise<number> {
  return bundles.bytes(ours) / bundles.bytes(baseline);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(0)} KB`;
}
