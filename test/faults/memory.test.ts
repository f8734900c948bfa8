import { expect, it, onTestFinished } from "vitest";
import { bundle } from "../bench/bundle.ts";
import { inFreshProcess, startCompanion } from "../bench/fresh-process.ts";
import { heapLimits, pollMegabytes, serviceEnvironment } from "../bench/ticks.ts";
import type { FleetFigures } from "./processes/ended-fleet.ts";

const FLEET = new URL("./processes/ended-fleet.ts", import.meta.url).pathname;
const TICK = new URL("./processes/measured-tick.ts", import.meta.url).pathname;
const HANDLER = "functions/poll/handler.ts";
const TEAM_CHANNELS = ["general", "projects", "storage", "nightly", "backup", "archive", "media", "lab"];
const CHANNELS = [...TEAM_CHANNELS, "operators"];

const JOBS = 10_000;
const MOST_BYTES = 200e6;
const MOST_TICKS = 5;

it("row 46: 10,000 jobs that end at once, polled 1,000 a second, take less than 200 MB, and each is delivered once", async () => {
  const bundles = await bundle([HANDLER]);
  onTestFinished(() => bundles.remove());
  const fleet = await startCompanion(FLEET, [String(JOBS), ...TEAM_CHANNELS]);
  onTestFinished(() => fleet.end());
  const webhooks = CHANNELS.map((name) => [name, `${fleet.ready.url}/services/T1/B1/${name}`]);
  const { SLACK_WEBHOOK_URL: _, ...environment } = serviceEnvironment(fleet, fleet);
  const settings = {
    ...environment,
    SLACK_WEBHOOKS: JSON.stringify(Object.fromEntries(webhooks)),
    OPS_CHANNEL: "operators",
    LOOKS_PER_SECOND: "1000",
    LOOK_CONCURRENCY: "128",
  };
  const flags = heapLimits(await pollMegabytes());
  const peaks: number[] = [];
  let figures: FleetFigures;
  do {
    peaks.push(await inFreshProcess<number>(TICK, [bundles.file(HANDLER)], settings, flags));
    figures = await fleet.ask<FleetFigures>();
  } while (figures.open > 0 && peaks.length < MOST_TICKS);
  process.stdout.write(
    `${JOBS} ends: ${peaks.map((bytes) => Math.round(bytes / 1e6)).join(", ")} MB, ${JSON.stringify(figures)}\n`,
  );
  expect(Math.max(...peaks)).toBeLessThan(MOST_BYTES);
  expect(figures).toMatchObject({ open: 0, named: { 1: JOBS } });
}, 400_000);
