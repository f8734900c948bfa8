import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bundles, bundle } from "../bench/bundle.ts";

// Bytes are counts, so they are tests. Raise a budget only with a line that gives the reason.

const BUDGETS = [
  { entry: "functions/poll/handler.ts", bytes: 360_000 },
  { entry: "functions/api/handler.ts", bytes: 430_000 },
];
/** Bytes of a package of which only a part is needed. With more, the bundler could not drop the rest. */
const PACKAGES = [
  { name: "@aws-sdk/client-dynamodb", bytes: 35_000 },
  { name: "@smithy/core", bytes: 100_000 },
];

let bundles: Bundles;
beforeAll(async () => {
  bundles = await bundle(BUDGETS.map(({ entry }) => entry));
});
afterAll(() => bundles.remove());

test.each(BUDGETS)("importing $entry loads at most $bytes bytes", ({ entry, bytes }) => {
  const largest = bundles.contributors(entry).slice(0, 5);
  expect(bundles.bytes(entry), `the five largest: ${JSON.stringify(largest)}`).toBeLessThanOrEqual(bytes);
});

test.each(PACKAGES)("only the needed part of $name is bundled", ({ name, bytes }) => {
  for (const { entry } of BUDGETS) {
    const [, own = 0] = bundles.contributors(entry).find(([contributor]) => contributor === name) ?? [];
    expect(own, entry).toBeGreaterThan(0);
    expect(own, entry).toBeLessThanOrEqual(bytes);
  }
});

test.each(["docs/openapi.json", "functions/api/pages"])("the API loads %s only when it is requested", (path) => {
  const folder = path.replace(/\/[^/]*\.json$/, "");
  expect(bundles.contributors("functions/api/handler.ts").find(([name]) => name === folder)?.[1] ?? 0).toBeLessThan(10_000);
});
