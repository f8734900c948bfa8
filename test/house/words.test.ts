import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { isChecked, removedWords } from "./removed-words.ts";

test("words that were removed do not come back", async () => {
  const files = execFileSync("git", ["ls-files"], { encoding: "utf8" }).split("\n");
  const found: string[] = [];
  for (const file of files.filter(isChecked)) {
    const lines = [file, ...(await readFile(file, "utf8")).split("\n")];
    for (const [index, line] of lines.entries()) found.push(...removedWords(line).map((word) => `${file}:${index} ${word}`));
  }
  expect(found).toEqual([]);
});

test.each([
  ["const parkedSince = 1;", ["parked"]],
  ["Told 3 channels about it", ["Told"]],
  ["export const LOOK_MS = 5;", ["LOOK"]],
  ["It looks up the address.", []],
  ["Polls the job, and notifies its channels.", []],
])("finds the removed words of %j", (line, words) => {
  expect(removedWords(line).map((found) => found.split(" ")[0])).toEqual(words);
});
