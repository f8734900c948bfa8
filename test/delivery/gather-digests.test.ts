import { expect, test } from "vitest";
import { createGathering } from "../../lib/delivery/gather-digests.ts";

const MOMENT = Date.parse("2026-11-24T08:00:00Z");
const DAILY = { at: 8 * 60, weekdays: [0, 1, 2, 3, 4, 5, 6], timeZone: "UTC" };
const SECOND = 1_000;

function start(now: number) {
  const clock = { now: () => now, sleep: async () => undefined };
  const sent: unknown[] = [];
  const channelDigest = (channel: string) => (channel === "daily" ? DAILY : undefined);
  const gathering = createGathering({ channelDigest }, clock, (...one) => sent.push(one));
  const advance = (ms: number) => {
    now += ms;
  };
  return { ...gathering, sent, advance };
}

test("due notifications wait for the end of the scan, and count from the time of their digest", () => {
  const { add, flush, sent } = start(MOMENT + 40 * SECOND);
  add("daily", "one", MOMENT - 1);
  add("daily", "two", MOMENT - 86_400_000);
  expect(sent).toEqual([]);
  flush();
  flush();
  expect(sent).toEqual([
    ["daily", "one", MOMENT],
    ["daily", "two", MOMENT],
  ]);
});

test("nothing is due in the first half minute, and notifications from the time of the digest on are not due", () => {
  const { add, flush, sent, advance } = start(MOMENT + 29 * SECOND);
  add("daily", "one", MOMENT - 1);
  advance(SECOND);
  add("daily", "two", MOMENT);
  add("daily", "three", MOMENT - 1);
  flush();
  expect(sent).toEqual([["daily", "three", MOMENT]]);
});

test("a scan that takes long does not delay digests", () => {
  const { add, sent, advance } = start(MOMENT + 40 * SECOND);
  add("daily", "one", MOMENT - 1);
  advance(21 * SECOND);
  add("daily", "two", MOMENT - 1);
  expect(sent).toHaveLength(2);
});

test("without a digest setting everything is due", () => {
  const { add, flush, sent } = start(MOMENT);
  add("other", "one", MOMENT - 5);
  flush();
  expect(sent).toEqual([["other", "one", MOMENT - 5]]);
});
