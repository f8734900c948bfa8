import { expect, it } from "vitest";
import { durationRow } from "../../functions/api/pages/histogram.ts";
import { timeline } from "../../functions/api/pages/timeline.ts";
import { NOW } from "../jobs.ts";
import { job } from "./sample-jobs.ts";

const SECOND = 1_000;
/** Percent of the chart on a phone of 390 px: 52 of 330 px. */
const LABEL_WIDTH = 16;

it.each([6, 13, 20, 47, 90, 170, 280])("labels the times of a job of %i s without overlap on a phone", async (seconds) => {
  for (let shift = 0; shift < 60; shift += 1) {
    const now = NOW + shift * SECOND;
    const short = job("short", { state: "success", beginTime: now - seconds * SECOND, endTime: now });
    const chart = String(await timeline({ ...short, registeredAt: now - seconds * SECOND }, now));
    const places = [...chart.matchAll(/<text x="([\d.]+)%"[^>]*>[\d:]+</g)].map(([, x]) => Number(x));
    expect(places.length).toBeGreaterThan(0);
    for (const [index, x] of places.entries()) {
      expect(x).toBeGreaterThanOrEqual(LABEL_WIDTH / 2);
      expect(x).toBeLessThanOrEqual(100 - LABEL_WIDTH / 2);
      expect(x - (places[index - 1] ?? -100)).toBeGreaterThan(LABEL_WIDTH);
    }
  }
});

async function rowOf(seconds: number[]): Promise<string> {
  const durations = new Map(seconds.map((value, index) => [String(index), value * SECOND]));
  return String(await durationRow({ source: "sfs-turbo-job", jobType: "create_share", durations }));
}

it("draws a chart of durations only if there are enough for an estimate, and they differ", async () => {
  const few = await rowOf([35, 38]);
  expect(few).not.toContain("<svg");
  expect(few).toMatch(/too few for an estimate<small>2 jobs, 35 s to 38 s/);
  expect(await rowOf(Array(10).fill(38))).not.toContain("<svg");
  expect(await rowOf([...Array(10).keys()].map((index) => 30 + index))).toMatch(/<svg.*typically.*10 jobs/s);
});
