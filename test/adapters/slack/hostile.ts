import fc from "fast-check";

const NASTY = [
  "<!channel>",
  "<@U123>",
  "<https://evil.example|Log in>",
  "&amp;",
  "&",
  '"',
  "\\",
  "*",
  "_",
  "~",
  "`",
  "```",
  ":fire:",
  ">",
  "\n",
  "\u0000",
  "\u202e",
  "\ud83d",
  "👩‍👩‍👧‍👦",
  "word",
  " ",
];

/** Short and very long texts of characters that Slack, JSON or a terminal acts on. */
export const hostileText = fc.oneof(
  fc.array(fc.constantFrom(...NASTY), { maxLength: 60 }).map((parts) => parts.join("")),
  fc.tuple(fc.constantFrom(...NASTY), fc.integer({ min: 1, max: 3_000 })).map(([part, times]) => part.repeat(times)),
  fc.string({ unit: "binary", maxLength: 200 }),
);
