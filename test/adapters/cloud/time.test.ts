import { describe, expect, it } from "vitest";
import { parseCloudTime } from "../../../lib/adapters/cloud/http/time.ts";

const AT = Date.UTC(2016, 0, 2, 15, 4, 5);

describe("a time of the cloud", () => {
  it.each([
    { name: "the documented format is UTC", value: "2016-01-02 15:04:05", at: AT },
    { name: "ISO with Z", value: "2016-01-02T15:04:05Z", at: AT },
    { name: "ISO without a zone is UTC", value: "2016-01-02T15:04:05", at: AT },
    { name: "ISO with an offset", value: "2016-01-02T16:04:05+01:00", at: AT },
    { name: "an offset without a colon", value: "2016-01-02T10:04:05-0500", at: AT },
    { name: "an offset after a blank", value: "2016-01-02 15:04:05 +0000", at: AT },
    { name: "milliseconds", value: "2016-01-02T15:04:05.250Z", at: AT + 250 },
    { name: "microseconds are cut", value: "2016-01-02T15:04:05.999999Z", at: AT + 999 },
    { name: "blanks around it", value: " 2016-01-02 15:04:05 ", at: AT },
    { name: "a leap day", value: "2024-02-29 00:00:00", at: Date.UTC(2024, 1, 29) },
    { name: "after 2038", value: "2040-01-01 00:00:00", at: Date.UTC(2040, 0, 1) },
  ])("$name", ({ value, at }) => expect(parseCloudTime(value)).toBe(at));

  it.each([
    { name: "empty", value: "" },
    { name: "null", value: null },
    { name: "absent", value: undefined },
    { name: "a number", value: 1451747045000 },
    { name: "an object", value: {} },
    { name: "only a date", value: "2016-01-02" },
    { name: "words", value: "yesterday" },
    { name: "30 February", value: "2016-02-30 00:00:00" },
    { name: "month 13", value: "2016-13-01 00:00:00" },
    { name: "hour 24", value: "2016-01-02 24:00:00" },
    { name: "before 2000", value: "1999-12-31 23:59:59" },
    { name: "the zero time of Go", value: "0001-01-01T00:00:00Z" },
    { name: "after 9999", value: "10000-01-01 00:00:00" },
    { name: "text after it", value: "2016-01-02 15:04:05 <b>" },
    { name: "very long", value: `2016-01-02 15:04:05.${"1".repeat(100_000)}` },
  ])("is undefined for $name", ({ value }) => expect(parseCloudTime(value)).toBeUndefined());
});
