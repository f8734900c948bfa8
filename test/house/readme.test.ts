import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = new URL("../..", import.meta.url).pathname;
const ENDING = /\.(ts|mjs|ya?ml|json|md|sh|html|png|svg|txt)$|\/$/;

test("every path that the README names exists", () => {
  const paths = pathsIn(readFileSync(join(root, "README.md"), "utf8"));
  expect(paths).toContain("serverless.yml");
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("a path is told from a route, a package and a word", () => {
  const text =
    "`lib/gone.ts`, `docs/`, `lib/job/*.ts`, `.biome.json`; `POST /jobs`, `/jobs/`, `@slack/webhook`, `hono/aws-lambda`, `.local/`, `eu-de`";
  expect(pathsIn(text)).toEqual(["lib/gone.ts", "docs/", ".biome.json"]);
});

/** What stands in backticks and ends like a file or a folder of the tree; git-ignored folders come and go. */
function pathsIn(text: string): string[] {
  const ignored = readFileSync(join(root, ".gitignore"), "utf8").split("\n");
  const quoted = [...text.matchAll(/`([\w.][\w./-]*)`/g)].map(([, quote = ""]) => quote);
  const isTracked = (path: string) => !ignored.includes(`${path.split("/")[0]}/`);
  return [...new Set(quoted.filter((word) => ENDING.test(word) && isTracked(word)))];
}
