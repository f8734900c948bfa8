import { expect, test } from "vitest";
import { type DigestTimes, lastDigestAt, nextDigestAt } from "../../../lib/domain/channel/digest.ts";

const DAILY: DigestTimes = { at: 8 * 60, weekdays: [0, 1, 2, 3, 4, 5, 6], timeZone: "Europe/Berlin" };
const WORKDAYS: DigestTimes = { ...DAILY, weekdays: [1, 2, 3, 4, 5] };
const SUNDAYS: DigestTimes = { ...DAILY, weekdays: [0] };
const DAWN: DigestTimes = { ...DAILY, at: 2 * 60 + 30 };

// `moment` is the next digest time after `from`, and the last one at `moment` itself.
test.each<{ name: string; times: DigestTimes; from: string; moment: string }>([
  { name: "this morning, by the zone's clock", times: DAILY, from: "2026-11-24T06:59:59.999Z", moment: "2026-11-24T07:00Z" },
  { name: "tomorrow, if today's time has come", times: DAILY, from: "2026-11-24T07:00Z", moment: "2026-11-25T07:00Z" },
  { name: "an hour earlier in summer", times: DAILY, from: "2026-07-13T22:00Z", moment: "2026-07-14T06:00Z" },
  { name: "on Monday after a weekend without one", times: WORKDAYS, from: "2026-11-27T07:00Z", moment: "2026-11-30T07:00Z" },
  { name: "after a week, for a single weekday", times: SUNDAYS, from: "2026-11-22T07:00Z", moment: "2026-11-29T07:00Z" },
  {
    name: "on the day in the zone",
    times: { ...SUNDAYS, at: 5, timeZone: "Pacific/Auckland" },
    from: "2026-11-28T10:00Z",
    moment: "2026-11-28T11:05Z",
  },
  { name: "after a day of 23 hours", times: DAILY, from: "2027-03-27T07:00Z", moment: "2027-03-28T06:00Z" },
  { name: "after a day of 25 hours", times: DAILY, from: "2026-10-24T06:00Z", moment: "2026-10-25T07:00Z" },
  { name: "once in the hour that is repeated", times: DAWN, from: "2026-10-24T00:30Z", moment: "2026-10-25T00:30Z" },
  { name: "not again in the repeated hour", times: DAWN, from: "2026-10-25T00:30Z", moment: "2026-10-26T01:30Z" },
  { name: "an hour later if the clocks skip its time", times: DAWN, from: "2027-03-27T01:30Z", moment: "2027-03-28T01:30Z" },
])("a digest comes $name", ({ times, from, moment }) => {
  expect(new Date(nextDigestAt(times, Date.parse(from)))).toEqual(new Date(moment));
  expect(new Date(lastDigestAt(times, Date.parse(moment)))).toEqual(new Date(moment));
  expect(lastDigestAt(times, Date.parse(moment) - 1)).toBeLessThanOrEqual(Date.parse(from));
});

test("every time of a year belongs to exactly one digest, at most a day later", () => {
  const start = Date.parse("2026-01-01T00:00Z");
  for (let at = start; at < start + 366 * 86_400_000; at += 59 * 60_000 + 13) {
    const due = nextDigestAt(DAWN, at);
    expect(due).toBeGreaterThan(at);
    expect(due - at).toBeLessThanOrEqual(25 * 3_600_000);
    expect(lastDigestAt(DAWN, due - 1)).toBeLessThanOrEqual(at);
  }
});
