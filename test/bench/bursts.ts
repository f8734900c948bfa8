import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";
import { inFreshProcess, startCompanion } from "./fresh-process.ts";
import { inTurn } from "./in-turn.ts";
import type { Burst } from "./processes/burst.ts";
import type { CloudFigures } from "./processes/cloud.ts";

const CLOUD = fileURLToPath(new URL("./processes/cloud.ts", import.meta.url));
const OURS = "test/bench/processes/burst-ours.ts";
const BASELINE = "test/bench/baselines/burst-ky.ts";

export type MeasuredBurst = Burst & CloudFigures;

export interface BurstOptions {
  rounds: number;
  polls: number;
  atOnce: number;
  delayMs: number;
  tls?: boolean;
  /** Maximum number of sockets for ours. */
  cap?: number;
}

/** Measures our poll and plain ky in turn, in fresh processes, against one server. */
export async function bursts({ rounds, polls, atOnce, delayMs, tls = false, cap = 512 }: BurstOptions) {
  const bundles = await bundle([OURS, BASELINE]);
  const cloud = await startCompanion(CLOUD, [String(delayMs), ...(tls ? ["tls"] : [])]);
  const folder = await mkdtemp(join(tmpdir(), "sfs-jobwatch-bench-"));
  const authority = join(folder, "certificate.pem");
  await writeFile(authority, cloud.ready.certificate ?? "");
  const trust: Record<string, string> = tls ? { NODE_EXTRA_CA_CERTS: authority } : {};
  const run = (entry: string) => async (): Promise<MeasuredBurst> => {
    const args = [cloud.ready.url ?? "", String(polls), String(atOnce), String(cap)];
    const burst = await inFreshProcess<Burst>(bundles.file(entry), args, trust);
    return { ...burst, ...(await cloud.figures<CloudFigures>()) };
  };
  try {
    return await inTurn(rounds, { ours: run(OURS), baseline: run(BASELINE) });
  } finally {
    cloud.end();
    await Promise.all([bundles.remove(), rm(folder, { recursive: true })]);
  }
}
