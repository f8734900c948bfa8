import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import vitest from "../vitest.config.ts";
import { CASES, fileOf, numberOf, OPEN_FILES } from "./table.ts";

const cases = (...names: string[]) => promisify(execFile)(process.execPath, [join(import.meta.dirname, "run.ts"), ...names]);

it("has a row for every case file, in order, and a file for every row", async () => {
  const files = (await readdir(import.meta.dirname)).filter((file) => /^c\d/.test(file)).sort();
  expect(CASES.map(fileOf)).toEqual(files.map((file) => `test/cases/${file}`));
  expect(new Set(CASES.map(numberOf)).size).toBe(CASES.length);
});

it("describes what a user expects and where it was reported", () => {
  for (const { name, expects, sources } of CASES) {
    expect({ name, expects }).toEqual({ name, expects: expect.stringMatching(/^\p{Lu}.*\.$/u) });
    expect({ name, sources: sources.filter((source) => source.startsWith("https://")) }).toEqual({ name, sources });
    expect(sources.length).toBeGreaterThan(0);
  }
});

it("excludes only the open cases from npm test", () => {
  const excluded = vitest.test?.projects?.flatMap((project) =>
    typeof project === "object" && "test" in project ? (project.test?.exclude ?? []) : [],
  );
  expect(excluded?.filter((file) => file.startsWith("test/cases/"))).toEqual(OPEN_FILES);
});

it("is listed by npm run cases, which rejects an unknown case", async () => {
  const { stdout } = await cases();
  const heads = CASES.map((one) => `${numberOf(one)}  ${one.open === undefined ? "green" : `open: ${one.open}`}`);
  expect(stdout.split("\n").filter((line) => /^c\d/.test(line))).toEqual(heads);
  await expect(cases("c99")).rejects.toMatchObject({ code: 64, stderr: expect.stringContaining("no case c99") });
});
