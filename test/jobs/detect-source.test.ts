import { expect, it } from "vitest";
import { createSourceDetector } from "../../lib/jobs/detect-source.ts";
import type { Cloud } from "../../lib/ports.ts";
import { jobKey, NOW, seen } from "../jobs.ts";

it("a team that uses up its polls of other sources does not affect another team", async () => {
  const clock = { now: () => NOW, sleep: async () => undefined };
  const find = createSourceDetector({ clock }, 10);
  const cloud: Cloud = { poll: async () => seen("running") };
  const ask = (team: string) => find({ cloud }, jobKey("5d3a8f0c-2b7e-4c1a-9f6d-8e4b2a1c0d9e", team), async () => undefined);
  for (let index = 0; index < 50; index++) await ask("hostile");
  expect(await ask("hostile")).toEqual([]);
  expect(await ask("quiet")).not.toEqual([]);
});
