import fc from "fast-check";
import { expect, test } from "vitest";
import { hash, hashFraction } from "../../lib/domain/hash.ts";

const names = Array.from({ length: 50_000 }, (_, index) => `job#storage#sfs-turbo-job#0123456789abcdef#${index}`);

test("a hash never changes between versions: the table and Slack contain it", () => {
  expect([hash(""), hash("job#a#1#storage-ops"), hash("späť 🗄")]).toMatchInlineSnapshot(`
    [
      "08j258hjg8l",
      "22wu9vyhm66",
      "0vc9a32xib9",
    ]
  `);
});

test("a hash is 11 letters and digits, and its fraction is in [0, 1)", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(hash(text)).toMatch(/^[0-9a-z]{11}$/);
      expect(hashFraction(text)).toSatisfy((fraction: number) => fraction >= 0 && fraction < 1);
    }),
  );
});

test("names that differ in a digit have different hashes", () => {
  expect(new Set(names.map(hash)).size).toBe(names.length);
});

test("names that differ in a digit are spread evenly, over a hundred buckets and in pairs", () => {
  const buckets = new Array<number>(100).fill(0);
  const fractions = names.map(hashFraction);
  for (const fraction of fractions) buckets[Math.floor(fraction * 100)] = (buckets[Math.floor(fraction * 100)] ?? 0) + 1;
  // 500 expected per bucket: five standard deviations.
  for (const count of buckets) expect(Math.abs(count - 500)).toBeLessThan(5 * Math.sqrt(500));
  const rises = fractions.filter((fraction, index) => fraction > (fractions[index - 1] ?? 1)).length;
  expect(Math.abs(rises / names.length - 0.5)).toBeLessThan(0.02);
});
