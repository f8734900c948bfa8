import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { PROBLEM_TYPES } from "../../functions/api/http/problem.ts";
import { OPERATIONS, STATUS_OF_PROBLEM } from "../../functions/api/openapi/operations.ts";
import { PAGE_ROUTES } from "../pages/page-routes.ts";
import { startWorld } from "../world.ts";
import { buildDocument } from "./build.ts";
import { breachOfContract } from "./check-answer.ts";
import { STEPS } from "./scenario.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const document = JSON.parse(read("docs/openapi.json"));
const operations = OPERATIONS.map((operation) => ({ ...operation, place: `${operation.method} ${operation.path}` }));

it("docs/openapi.json is up to date", async () => {
  expect(read("docs/openapi.json")).toBe(await buildDocument());
});

it("has exactly the routes of serverless.yml, except pages", () => {
  const events: { httpApi: string }[] = parse(read("serverless.yml"), { logLevel: "silent" }).functions.api.events;
  const spelled = events.map(({ httpApi }) => httpApi).filter((route) => route !== "*" && !PAGE_ROUTES.includes(route));
  const written = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(written.sort()).toEqual(spelled.sort());
});

it.each(operations)("documents every status and every problem of $place", ({ path, method, answers, problems }) => {
  const { responses } = document.paths[path][method.toLowerCase()];
  const statuses = [...Object.keys(answers).map(Number), ...problems.map((type) => STATUS_OF_PROBLEM[type])];
  expect(Object.keys(responses).map(Number).sort()).toEqual([...new Set(statuses)].sort());
});

it.each(operations)("has an example of $place", ({ id }) => {
  expect(STEPS.filter(({ operation }) => operation === id)).not.toEqual([]);
});

it("lists every problem type; docs/api.md has a section per type and per route", () => {
  const { enum: types } = document.components.schemas.Problem.properties.type;
  expect(types).toEqual(PROBLEM_TYPES);
  const lines = read("docs/api.md").split("\n");
  for (const type of PROBLEM_TYPES) expect(lines).toContain(`### ${type}`);
  for (const { method, path } of OPERATIONS) expect(lines).toContain(`### ${method} ${path}`);
});

it.each([
  { name: "an undocumented status", method: "GET", path: "/jobs/a", status: 206, body: {} },
  { name: "an undocumented field", method: "GET", path: "/jobs", status: 200, body: { jobs: [], more: 1 } },
  { name: "an undocumented problem", method: "GET", path: "/jobs", status: 403, body: { type: "forbidden" } },
  { name: "an undocumented route", method: "GET", path: "/secrets", status: 200, body: {} },
])("tests check every response against it: rejects $name", ({ method, path, status, body }) => {
  const type = status === 403 ? "application/problem+json" : "application/json";
  const problem = status === 403 ? { title: "", detail: "", status, ...body } : body;
  expect(breachOfContract(method, path, { status, headers: { "content-type": type }, body: problem })).toContain(path);
});

it("is served unchanged, and as an escaped page without scripts", async () => {
  const world = await startWorld();
  const file = await world.request("GET", "/openapi.json", { key: null });
  expect(file.body).toEqual(document);
  const { body: page, headers } = await world.request("GET", "/docs", { key: null });
  expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'/);
  for (const { path, summary } of OPERATIONS) {
    expect(page).toContain(`<code>${path}</code>`);
    expect(page).toContain(summary.replaceAll("'", "&#39;"));
  }
  expect(page).not.toMatch(
    /<script|<link(?! rel="icon" href="data:)|<img|javascript:|https?:\/\/(?!wiki\.example)|\son\w+=|style="/,
  );
  await world.close();
});
