import { describe, expect, it, test } from "vitest";
import { growingWait, retryAfterMs } from "../../lib/domain/waits.ts";

const AT = Date.UTC(2016, 0, 2, 15, 4, 5);
const LIMITS = { defaultMs: 60_000, longestMs: 900_000 };

describe("Retry-After", () => {
  it.each([
    { name: "absent is the default", value: undefined, ms: 60_000 },
    { name: "blank is the default", value: " ", ms: 60_000 },
    { name: "seconds", value: "30", ms: 30_000 },
    { name: "seconds with spaces", value: " 30 ", ms: 30_000 },
    { name: "fractions of seconds", value: "1.5", ms: 1_500 },
    { name: "0 is a second", value: "0", ms: 1_000 },
    { name: "a day is the longest wait", value: "86400", ms: 900_000 },
    { name: "a date", value: new Date(AT + 90_000).toUTCString(), ms: 90_000 },
    { name: "a date of RFC 850", value: "Saturday, 02-Jan-16 15:05:35 GMT", ms: 90_000 },
    { name: "a past date is a second", value: new Date(AT - 90_000).toUTCString(), ms: 1_000 },
    { name: "a negative number is the default", value: "-5", ms: 60_000 },
    { name: "words are the default", value: "soon", ms: 60_000 },
  ])("$name", ({ value, ms }) => expect(retryAfterMs(value, AT, LIMITS)).toBe(ms));

  it("never waits longer than the longest wait, even by default", () =>
    expect(retryAfterMs(undefined, AT, { defaultMs: 60_000, longestMs: 30_000 })).toBe(30_000));
});

test("waits double with each failure, up to the longest", () => {
  const waits = [0, 1, 2, 3, 9].map((failures) => growingWait(failures, 60_000));
  expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000]);
});
