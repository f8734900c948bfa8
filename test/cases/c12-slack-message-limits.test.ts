import { expect, it } from "vitest";
import { sfsTurboJob, worldWithCloud } from "./quoted-cloud.ts";

// The Slack sink enforces Slack's limits (infra/local/slack-limits.ts). An escaped `&` or `<` has four or five characters.
const UNITS = {
  ampersands: "&",
  "less-than signs": "<",
  "greater-than signs": ">",
  HTML: "<td>&nbsp;</td>",
  entities: "&amp;lt;",
  CJK: "存",
  emoji: "🚀",
  "combined emoji": "👩🏽\u200d🚀",
  lines: "a\n",
  backticks: "`*_~",
  ASCII: "x",
};

const ofLength = (unit: string, characters: number) => unit.repeat(characters / unit.length);

const failure = (unit: string, steps: number) =>
  sfsTurboJob("failed", {
    end_time: "2026-11-23 11:59:00",
    error_code: "SFS.TURBO.0010",
    fail_reason: ofLength(unit, 6_000),
    sub_jobs: Array.from({ length: steps }, (_, n) => ({
      job_id: `sub-${n}`,
      job_type: `step_${n}`,
      status: "failed",
      begin_time: "2026-11-23 11:30:00",
      end_time: "2026-11-23 11:59:00",
      error_code: "EVS.2024",
      fail_reason: ofLength(unit, 1_500),
    })),
  });

/** A title or label value of the maximum length. */
function longText(unit: string): string {
  const one = /[\n<]/.test(unit) || unit.length > 5 ? "&" : unit;
  return one.repeat(Math.floor(Math.min(120 / [...one].length, 480 / Buffer.byteLength(one))));
}

const INPUTS = Object.entries(UNITS).flatMap(([name, unit]) => [4, 60].map((steps) => ({ name, unit, steps })));

it.each(INPUTS)("$steps failed steps full of $name: Slack accepts the layout", async ({ unit, steps }) => {
  const world = await worldWithCloud(failure(unit, steps));
  const title = longText(unit);
  const labels = Object.fromEntries(["ticket", ..."abcdefghi"].map((name) => [name, title]));
  const runbookUrl = `https://example.com/${"a".repeat(470)}`;
  expect(await world.register("job-1", { title, labels, runbookUrl })).toMatchObject({ status: 201 });
  await world.tick();
  expect(world.sink.posts.map(({ status }) => status)).toEqual([200]);
});

it.each(["&", "<", "存"])("30 failures at once, full of %s: Slack accepts every message", async (unit) => {
  const world = await worldWithCloud(failure(unit, 60));
  for (let n = 0; n < 30; n++) await world.register(`job-${n}`, { title: unit.repeat(96) });
  await world.ticks(2);
  const statuses = world.sink.posts.map(({ status }) => status);
  expect(statuses.length).toBeGreaterThan(0);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
});
