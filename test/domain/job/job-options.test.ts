import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { OPTION_NAMES, optionsIn } from "../../../lib/domain/job/job-options.ts";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

test("docs/events.schema.json describes the options that events contain, and no other", () => {
  const { properties } = JSON.parse(read("docs/events.schema.json")).oneOf[0].properties.data.properties.job;
  expect(OPTION_NAMES.filter((name) => name in properties)).toEqual(optionsIn("events"));
});

test.each(OPTION_NAMES)("docs/api.md describes %s", (name) => {
  expect(read("docs/api.md").includes(`\`${name}\``)).toBe(true);
});
