import { expect, test } from "vitest";
import { awakeSince, isQuiet, type QuietHours } from "../../../lib/domain/channel/quiet-hours.ts";

const NIGHT = { daily: { from: 18 * 60, to: 8 * 60 }, wholeDays: [0, 6], timeZone: "Europe/Berlin" };
const LUNCH = { daily: { from: 12 * 60, to: 13 * 60 }, wholeDays: [], timeZone: "UTC" };
const DAWN = { daily: { from: 2 * 60 + 15, to: 3 * 60 + 15 }, wholeDays: [], timeZone: "Europe/Berlin" };

test.each<{ name: string; quiet: QuietHours; at: string; is: boolean }>([
  { name: "the working day is not quiet", quiet: NIGHT, at: "2026-11-24T11:00:00Z", is: false },
  { name: "they begin on the minute, in local time", quiet: NIGHT, at: "2026-11-24T17:00:00Z", is: true },
  { name: "they do not begin a minute before", quiet: NIGHT, at: "2026-11-24T16:59:59Z", is: false },
  { name: "they last past midnight", quiet: NIGHT, at: "2026-11-25T06:59:59Z", is: true },
  { name: "they end on the minute", quiet: NIGHT, at: "2026-11-25T07:00:00Z", is: false },
  { name: "in summer the same local time is an hour earlier", quiet: NIGHT, at: "2026-07-14T06:00:00Z", is: false },
  { name: "a whole day is quiet at noon", quiet: NIGHT, at: "2026-11-28T11:00:00Z", is: true },
  {
    name: "a whole day begins at the zone's midnight",
    quiet: { ...NIGHT, wholeDays: [2] },
    at: "2026-11-23T23:00:00Z",
    is: true,
  },
  { name: "hours within one day are quiet", quiet: LUNCH, at: "2026-11-24T12:30:00Z", is: true },
  { name: "hours within one day end", quiet: LUNCH, at: "2026-11-24T13:00:00Z", is: false },
  {
    name: "with whole days only, other nights are not quiet",
    quiet: { wholeDays: [0], timeZone: "UTC" },
    at: "2026-11-24T02:00:00Z",
    is: false,
  },
  {
    name: "on the day without a third hour they end in the new local time",
    quiet: DAWN,
    at: "2027-03-28T01:15:00Z",
    is: false,
  },
  { name: "they last until then", quiet: DAWN, at: "2027-03-28T01:14:00Z", is: true },
  { name: "the repeated hour is quiet", quiet: DAWN, at: "2026-10-25T00:30:00Z", is: true },
  { name: "the repeated hour is quiet the second time too", quiet: DAWN, at: "2026-10-25T01:30:00Z", is: true },
])("$name", ({ quiet, at, is }) => {
  expect(isQuiet(quiet, Date.parse(at))).toBe(is);
});

test.each([
  { name: "this morning", at: "2026-11-25T09:41:20Z", since: "2026-11-25T07:00:00Z" },
  { name: "this very minute", at: "2026-11-25T07:00:20Z", since: "2026-11-25T07:00:00Z" },
  {
    name: "on Monday morning, after the clocks went back on Sunday",
    at: "2026-10-26T07:20:00Z",
    since: "2026-10-26T07:00:00Z",
  },
])("the last quiet hours ended $name", ({ at, since }) => {
  expect(new Date(awakeSince(NIGHT, Date.parse(at)))).toEqual(new Date(since));
});

test("searches for their end one week back, and no further", () => {
  const never = { wholeDays: [], timeZone: "UTC" };
  const at = Date.parse("2026-11-25T09:00:00Z");
  expect(awakeSince(never, at)).toBe(at - 7 * 86_400_000);
});
