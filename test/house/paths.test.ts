import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

// The project works in a folder with a space, an umlaut or a percent sign. The `pathname` of a URL has them escaped, so it is not a path.

const ROOT = join(import.meta.dirname, "../..");
const ESCAPED_PATH = /import\.meta\.url\s*\)+\s*\.pathname|import\.meta\.(url|resolve\([^)]*\))\.(slice|replace)\(/;

it("no file takes a path out of a URL", async () => {
  const files: string[] = [];
  for await (const file of glob("{bin,functions,infra,lib,test}/**/*.{ts,mjs}", { cwd: ROOT, exclude: ["**/node_modules"] }))
    files.push(file);
  expect(files.length).toBeGreaterThan(400);
  expect(files.filter((file) => ESCAPED_PATH.test(readFileSync(join(ROOT, file), "utf8")))).toEqual([]);
});

it.each([
  { code: `new URL("..", import.meta.${"url"}).pathname`, isFound: true },
  { code: `new URL(import.meta.${"url"}).pathname`, isFound: true },
  { code: `import.meta.${"url"}.slice("file://".length)`, isFound: true },
  { code: `fileURLToPath(new URL("..", import.meta.${"url"}))`, isFound: false },
  { code: `readFile(new URL("..", import.meta.${"url"}), "utf8")`, isFound: false },
])("finds $code: $isFound", ({ code, isFound }) => {
  expect(ESCAPED_PATH.test(code)).toBe(isFound);
});
