import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { link, mrkdwn, plainText } from "../../../lib/adapters/slack/text.ts";
import { date } from "../../../lib/adapters/slack/times.ts";
import { duration } from "../../../lib/domain/time-words.ts";
import { hostileText } from "./hostile.ts";

const JOINER = "\u034f";

describe("an outside value", () => {
  test.each([
    { name: "a mention of all", value: "<!channel> <@U123>", shown: "&lt;!channel&gt; &lt;@U123&gt;" },
    { name: "an entity", value: "&lt;", shown: "&amp;lt;" },
    { name: "bold and struck text", value: "*a* ~b~", shown: `${JOINER}*a${JOINER}* ${JOINER}~b${JOINER}~` },
    { name: "italic text", value: "_a_", shown: `${JOINER}_a_` },
    { name: "an underscore inside a name", value: "data_01", shown: "data_01" },
    { name: "code", value: "`rm` ```x```", shown: "'rm' '''x'''" },
    { name: "an emoji by name", value: ":fire:", shown: `:${JOINER}fire:` },
    { name: "a bare link", value: "https://evil.example", shown: `https:${JOINER}//evil.${JOINER}example` },
    { name: "a host without a scheme", value: "www.evil.example", shown: `www.${JOINER}evil.${JOINER}example` },
    { name: "an email address", value: "a@b.Example", shown: `a@b.${JOINER}Example` },
    { name: "a code with dots", value: "SFS.TURBO.0010 (v1.2.)", shown: "SFS.TURBO.0010 (v1.2.)" },
    { name: "invisible characters", value: "a\u034f\u00ad\u3164\u2800\u{e0041}\ufe01b", shown: "ab" },
    { name: "an emoji of many characters", value: "❤️👩‍👩‍👧", shown: "❤️👩‍👩‍👧" },
    { name: "accents that overlap other lines", value: `z${"\u0301".repeat(50)}`, shown: `z${"\u0301".repeat(4)}` },
    { name: "a quote at the start", value: "> a > b", shown: `${JOINER}&gt; a &gt; b` },
    { name: "lines", value: "a\r\n\tb\u2028c", shown: "a b c" },
    { name: "control and direction characters", value: "a\u0007\u202eb\u2066c\u200b", shown: "abc" },
    { name: "half a character", value: "a\ud83d", shown: "a\ufffd" },
  ])("shows $name as plain characters", ({ value, shown }) => {
    expect(mrkdwn(value, 200)).toBe(shown);
  });

  test("states how much was cut", () => {
    expect(mrkdwn("a".repeat(100), 40)).toBe(`${"a".repeat(21)}… (+79 characters)`);
    expect(mrkdwn("a".repeat(40), 40)).toBe("a".repeat(40));
  });

  test("is cut between characters and between entities", () => {
    expect(mrkdwn("&".repeat(100), 40)).toMatch(/^(&amp;)+… \(\+96 characters\)$/);
    expect(mrkdwn("😀".repeat(100), 40)).toMatch(/^(😀)+… \(\+\d\d characters\)$/u);
  });

  test("never exceeds its limit, formats nothing and contains no half entity", () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 30, max: 400 }), (value, limit) => {
        const shown = mrkdwn(value, limit);
        expect(JSON.stringify(shown).length - 2).toBeLessThanOrEqual(limit);
        expect(shown).not.toMatch(/[<>`\p{Cc}\u202a-\u202e\u2066-\u2069]|&(?!amp;|lt;|gt;)|:(?!\u034f|\s|$)/u);
        expect(shown).not.toMatch(/(?<!\u034f)[*~]|(?<![\u034f\p{L}\p{N}])_|^&gt;/u);
        expect(shown.isWellFormed()).toBe(true);
        expect(plainText(value, limit)).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      }),
      { numRuns: 500 },
    );
  });

  test("is encoded in time linear in its length", () => {
    const began = performance.now();
    for (const value of ["&", "_", ". ", ":", "\u202e", "<!"]) mrkdwn(value.repeat(100_000), 300);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe("a link to a runbook", () => {
  test.each([
    { name: "keeps a query", url: "https://wiki.example/a?b=1&c=2", shown: "<https://wiki.example/a?b=1&amp;c=2|Runbook>" },
    { name: "cannot end early", url: "https://wiki.example/#a>b|c<d", shown: "<https://wiki.example/#a%3Eb%7Cc%3Cd|Runbook>" },
    { name: "may be plain http", url: "http://wiki.example/", shown: "<http://wiki.example/|Runbook>" },
    { name: "runs no script", url: "javascript:alert(1)", shown: undefined },
    { name: "must be a URL", url: "!channel", shown: undefined },
    { name: "is never cut", url: `https://wiki.example/${"a".repeat(500)}`, shown: undefined },
  ])("$name", ({ url, shown }) => {
    expect(link(url, "Runbook", 500)).toBe(shown);
  });
});

describe("times", () => {
  test("a time is shown in the reader's time zone and falls back to UTC", () => {
    expect(date(Date.UTC(2026, 8, 18, 14, 2, 59, 999))).toBe(
      "<!date^1789740179^{date_short_pretty} at {time}|2026-09-18 14:02 UTC>",
    );
    expect(date(Number.NaN)).toBe("an unknown time");
    expect(date(1e300)).toBe("an unknown time");
  });

  test.each([
    { name: "a negative duration counts as zero", ms: -5_000, shown: "under a second" },
    { name: "seconds below a minute", ms: 59_999, shown: "59 s" },
    { name: "minutes below an hour", ms: 41 * 60_000, shown: "41 min" },
    { name: "hours and minutes", ms: 185 * 60_000, shown: "3 h 5 min" },
    { name: "full hours", ms: 3 * 3_600_000, shown: "3 h" },
    { name: "days and hours", ms: 52 * 3_600_000, shown: "2 d 4 h" },
  ])("$name", ({ ms, shown }) => {
    expect(duration(ms)).toBe(shown);
  });
});
