import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SOURCES } from "../../lib/domain/job/sources.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const ENDING = /\.(ts|mjs|ya?ml|json|md|sh|html|png|svg|txt)$|\/$/;
const PAGES = [
  ...["README.md", "CONTRIBUTING.md"],
  ...["README", "architecture", "configuration", "faq", "privacy", "quick-start", "restore", "troubleshooting", "versions"].map(
    (name) => `docs/${name}.md`,
  ),
];

test.each(PAGES)("every path and link of %s exists", (page) => {
  const text = read(page);
  expect(pathsIn(text).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect(linksIn(text).filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
});

test("the README has at most 120 lines and begins with a picture above its line 20", () => {
  const lines = read("README.md").trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(120);
  expect(lines.findIndex((line) => line.startsWith("!["))).toBeLessThan(20);
});

test("docs/README.md lists every page", () => {
  const pages = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md") && name !== "README.md");
  expect(pages.length).toBeGreaterThan(20);
  expect(linksIn(read("docs/README.md"))).toEqual(expect.arrayContaining(pages));
});

test("docs/troubleshooting.md explains every exit code of the command line that asks for an action", () => {
  const codes = [...read("docs/command-line.md").matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  const needed = [2, 64, 65, 69, 70, 77];
  expect(codes).toEqual(expect.arrayContaining(needed));
  const page = read("docs/troubleshooting.md");
  expect(needed.filter((code) => !page.includes(`exits with ${code}`))).toEqual([]);
});

test("the glossary has at most 15 entries", () => {
  const rows = read("docs/glossary.md")
    .split("\n")
    .filter((line) => line.startsWith("| "));
  expect(rows.length - 1).toBeLessThanOrEqual(15);
});

test("docs/configuration.md names every setting of serverless.yml", () => {
  const names = [...read("serverless.yml").matchAll(/\$\{env:([A-Z][A-Z_]+)/g)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(20);
  const page = read("docs/configuration.md");
  expect(
    names.filter(
      (name) => !/^(AWS_REGION|ALARM_EMAIL|API_SOCKET|FUNCTIONS_SOCKET)$/.test(name) && !page.includes(`\`${name}\``),
    ),
  ).toEqual([]);
});

test("the policy of docs/deploy.md has every right that a source needs", () => {
  const [, policy = ""] = /```json\n(\{\n {2}"Version": "1\.1".*?)```/s.exec(read("docs/deploy.md")) ?? [];
  const [{ Action: granted }] = JSON.parse(policy).Statement;
  const needed = Object.values(SOURCES).flatMap(({ right, list }) => [right, list?.right].filter((name) => name !== undefined));
  expect(granted.toSorted()).toEqual(needed.toSorted());
});

test("a path is recognised among routes, packages and words", () => {
  const text =
    "`lib/gone.ts`, `docs/images/`, `lib/job/*.ts`, `http/`; `POST /jobs`, `/jobs/`, `@slack/webhook`, `hono/aws-lambda`, `.local/log.txt`, `eu-de`";
  expect(pathsIn(text)).toEqual(["lib/gone.ts", "docs/images/"]);
});

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Quoted paths from the root of the tree: those with a slash inside. Git-ignored folders come and go. */
function pathsIn(text: string): string[] {
  const ignored = read(".gitignore").split("\n");
  const quoted = [...text.matchAll(/`([\w.][\w./-]*)`/g)].map(([, quote = ""]) => quote);
  const isTracked = (path: string) => !ignored.includes(`${path.split("/")[0]}/`);
  return [...new Set(quoted.filter((word) => /\w\/\w/.test(word) && ENDING.test(word) && isTracked(word)))];
}

/** Relative targets of links and pictures, without their fragments. */
function linksIn(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link.replace(/#.*/, ""))
    .filter((link) => link !== "" && !link.includes("://"));
}
