import { expect, it } from "vitest";
import { matches, matchesPattern } from "../../../lib/domain/discovery/watch.ts";

it.each([
  ["data-*", "data-01", true],
  ["data-*", "data-", true],
  ["data-*", "my-data-01", false],
  ["*", "", true],
  ["?", "", false],
  ["da?a", "data", true],
  ["*-prod-*", "eu-prod-01", true],
  ["a*b*c", "aXXbYYbZc", true],
  ["a*b*c", "aXXbYYbZ", false],
  ["data.*", "dataX", false],
  ["[a-z]*", "a", false],
  ["DATA", "data", false],
])("the pattern %s and the name %s: %s", (pattern, name, expected) => expect(matchesPattern(pattern, name)).toBe(expected));

it("compares a hostile pattern in little time", () => {
  const startedAt = performance.now();
  expect(matchesPattern(`${"*a".repeat(120)}b`, "a".repeat(255))).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(50);
});

it("matches only resources that fulfil every condition", () => {
  const watch = { source: "sfs-turbo-share", projectId: "p", channels: [], operations: ["extend"], names: ["data-*"] } as const;
  const order = { ...watch, operations: [...watch.operations], names: [...watch.names], channels: [], tags: { team: "hpc" } };
  const candidate = { operation: "extend", name: "data-01", tags: { team: "hpc", other: "x" } };
  expect(matches(order, candidate)).toBe(true);
  expect(matches(order, { ...candidate, operation: "create" })).toBe(false);
  expect(matches(order, { ...candidate, name: "scratch" })).toBe(false);
  expect(matches(order, { ...candidate, tags: { team: "web" } })).toBe(false);
  expect(matches(order, { operation: "extend", name: "data-01", tags: {} })).toBe(false);
});
