import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hiddenCharacter, isVisible, oneLine } from "../../lib/domain/one-line.ts";

const isAccepted = (text: string) => hiddenCharacter(text) === undefined && isVisible(text);

describe("visible text", () => {
  test.each([
    { name: "a joined emoji", text: "🧑‍💻 Improve developer experience" },
    { name: "a joined emoji with a skin tone", text: "👩🏽‍🚀 grow" },
    { name: "a family", text: "👨‍👩‍👧‍👦" },
    { name: "joined emoji with selectors", text: "❤️‍🔥 🏳️‍🌈 👁️‍🗨️ 👩‍❤️‍💋‍👨 🏴‍☠️ 🐻‍❄️ 🤷🏽‍♀️" },
    { name: "an emoji with a selector", text: "❤️ grow ☎︎ ⚠️" },
    { name: "keycaps", text: "1️⃣ #️⃣ *️⃣" },
    { name: "flags of countries", text: "🇩🇪🇫🇷" },
    { name: "flags of regions", text: "🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁧󠁢󠁷󠁬󠁳󠁿" },
    { name: "Persian", text: "می‌خواهم" },
    { name: "Persian with a joiner at the end", text: "ه‍.ق." },
    { name: "Hindi", text: "क्‍ष data" },
    { name: "Hindi with a joiner at the end", text: "र्‍ क्‌" },
    { name: "Bengali, joiner before the virama", text: "র‍্যাম" },
    { name: "Sinhala", text: "ශ්‍රී ලංකා" },
    { name: "Malayalam", text: "അവന്‍ വന്നു" },
    { name: "a Persian ending of a Latin word and of a number", text: "API‌ها 20‌تایی" },
    { name: "Persian with vowel signs", text: "خانهٔ‌ما" },
    { name: "a name with an ideographic variation", text: "葛󠄀城" },
    { name: "Mongolian with a variation", text: "ᠮᠣᠩᠭᠣᠯ᠋" },
    { name: "Hebrew and Arabic", text: "שלום العربية ١٢٣" },
    { name: "an Arabic number sign", text: "\u0601\u0661\u0662" },
    { name: "Thai, Korean, Chinese", text: "กำลัง 한국어 存储" },
    { name: "a private character beside others", text: "\ue0b0 main" },
    { name: "one character", text: "x" },
    { name: "a replacement character", text: "�" },
    { name: "punctuation", text: "…" },
    { name: "accents in two spellings", text: "größe e\u0301".normalize("NFC") },
  ])("keeps $name", ({ text }) => {
    expect(isAccepted(text)).toBe(true);
    expect(oneLine(text)).toBe(text);
  });

  test.each([
    { name: "a variation selector", text: "\ufe0f", shown: "" },
    { name: "variation selectors", text: "\ufe00\ufe0e\u{e0100}", shown: "" },
    { name: "a second variation selector", text: "❤\ufe0f\ufe0f", shown: "❤️" },
    { name: "a variation selector after a space", text: "a \ufe0fb", shown: "a b" },
    { name: "a Mongolian variation selector", text: "\u180b", shown: "" },
    { name: "noncharacters", text: "a\uffff\ufdd0\u{1fffe}", shown: "a" },
    { name: "an object replacement character", text: "\ufffc", shown: "" },
    { name: "an annotation", text: "a\ufff9b\ufffac\ufffb", shown: "abc" },
    { name: "Hangul fillers", text: "\u3164\u115f\u1160\uffa0", shown: "" },
    { name: "a Braille blank", text: "\u2800", shown: "" },
    { name: "a musical null and blank hieroglyphs", text: "\u{1d159}\u{13441}\u{13442}", shown: "" },
    { name: "tags", text: "a\u{e0041}\u{e0042}", shown: "a" },
    { name: "a language tag", text: "\u{e0001}a", shown: "a" },
    { name: "a flag of a region without an end", text: "🏴\u{e0067}\u{e0062}\u{e0065}", shown: "🏴" },
    { name: "a flag followed by hidden text", text: `🏴${"\u{e0061}".repeat(20)}\u{e007f}`, shown: "🏴" },
    { name: "tags after another emoji", text: "🚀\u{e0067}\u{e0062}\u{e0065}\u{e007f}", shown: "🚀" },
    { name: "a zero-width space", text: "a\u200bb", shown: "ab" },
    { name: "a word joiner and a BOM", text: "a\u2060b\ufeff", shown: "ab" },
    { name: "direction controls", text: "\u202ea\u2066b\u200f", shown: "ab" },
    { name: "a soft hyphen", text: "a\u00adb", shown: "ab" },
    { name: "a grapheme joiner", text: "a\u034fb", shown: "ab" },
    { name: "joiners only", text: "\u200d\u200c", shown: "" },
    { name: "a joiner at the beginning", text: "\u200dgrow", shown: "grow" },
    { name: "a joiner at the end of a Latin word", text: "grow\u200c", shown: "grow" },
    { name: "a joiner between Latin letters", text: "a\u200db\u200cc", shown: "abc" },
    {
      name: "a joiner between Chinese, Korean and Cyrillic letters",
      text: "存\u200d储한\u200c국д\u200dа",
      shown: "存储한국да",
    },
    { name: "a joiner after an accent", text: "x\u0301\u200d", shown: "x\u0301" },
    { name: "a variation of a Latin letter", text: "a\ufe01b\u{e0100}c\ufe0f", shown: "abc" },
    { name: "two joiners between letters", text: "می\u200c\u200cخ", shown: "می\u200cخ" },
    { name: "a joiner between digits", text: "1\u200d2", shown: "12" },
    { name: "a joiner between an emoji and a letter", text: "🚀\u200da", shown: "🚀a" },
    { name: "a non-joiner between emoji", text: "🧑\u200c💻", shown: "🧑💻" },
    { name: "a joiner after a filler", text: "\u3164\u200d\u3164", shown: "" },
    { name: "a control character", text: "a\u0007b", shown: "ab" },
    { name: "a deprecated format character", text: "a\u206ab", shown: "ab" },
    { name: "half a character", text: "a\ud83d", shown: "a\ufffd" },
  ])("removes $name", ({ text, shown }) => {
    expect(isAccepted(text)).toBe(false);
    expect(oneLine(text)).toBe(shown);
  });

  test.each(["", " ", "\u00a0\u3000", "\ue000", "\u{f0000}\u{10fffd}", "\u0301", " \u0301 "])(
    "requires more than %j",
    (text) => {
      expect(isVisible(text)).toBe(false);
    },
  );

  test("is the output for any text", () => {
    const special = fc.constantFrom(
      ..."\u200c\u200d\ufe0f\ufe0e\u3164\u2800\u034f\u200b\ufffc\uffff\ue000\u0301\u094d ",
      ...["🏴", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🧑‍💻", "1️⃣", "🏽", "\u{e0061}", "\u{e007f}", "\u{e0100}", "م", "क", "a", "\ud83d"],
    );
    const anything = fc
      .array(fc.oneof(special, fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" })))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(anything, (text) => {
        const shown = oneLine(text);
        expect(hiddenCharacter(shown)).toBeUndefined();
        expect(oneLine(shown)).toBe(shown);
        if (isAccepted(text)) expect(isVisible(shown)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  test("keeps every grapheme that is not blank", () => {
    const blank = /[\u2028\u2029\u2800\u3164\uffa0\ufffc\u{1d159}\u{13441}\u{13442}]/u;
    const graphemes = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !blank.test(text));
    fc.assert(
      fc.property(graphemes, (text) => {
        expect(hiddenCharacter(text)).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });
});
