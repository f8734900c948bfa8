import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { renderText } from "../../infra/local/render-text.ts";

const NOW = Date.parse("2026-11-24T14:10:00.000Z");
const AT = Date.parse("2026-11-24T14:02:30.000Z") / 1000;
const mrkdwn = (text: string) => ({ type: "mrkdwn", text });

const FAILURE = {
  text: "*data-01* failed &amp; stays failed",
  attachments: [
    {
      color: "danger",
      blocks: [
        { type: "header", text: { type: "plain_text", text: "Sold *out*" } },
        {
          type: "section",
          fields: [mrkdwn("*Type*\nextend_share"), mrkdwn(`*Ended at*\n<!date^${AT}^{date_short} {time}|then>`)],
        },
        { type: "section", text: mrkdwn("one <https://wiki.example/run|runbook>\n```a\n  b```") },
        { type: "divider" },
        { type: "context", elements: [{ type: "plain_text", text: "job 1" }, mrkdwn("_notification_ 2")] },
      ],
    },
  ],
};

test("a message is rendered with aligned fields next to its bar", () => {
  expect(renderText(FAILURE, { now: NOW }).split("\n")).toEqual([
    "  data-01 failed & stays failed",
    "┃ Sold *out*",
    "┃ Type      extend_share",
    "┃ Ended at  Nov 24, 2026 14:02 UTC",
    "┃ one runbook (https://wiki.example/run)",
    "┃   a",
    "┃     b",
    `┃ ${"─".repeat(40)}`,
    "┃ job 1  notification 2",
  ]);
});

test("colour does not change the text of a message", () => {
  const colored = renderText(FAILURE, { now: NOW, color: true });
  expect(colored).toContain("\x1b[38;2;224;30;90m┃");
  expect(stripVTControlCharacters(colored)).toBe(renderText(FAILURE, { now: NOW }));
});

const LINES: { name: string; text: string; line: string }[] = [
  {
    name: "a date of today is shown as today",
    text: `<!date^${AT}^{date_short_pretty} at {time}|x>`,
    line: "today at 14:02 UTC",
  },
  { name: "a date of yesterday is shown as yesterday", text: `<!date^${AT - 86_400}^{date_pretty}|x>`, line: "yesterday" },
  {
    name: "a date with an unknown format shows its fallback",
    text: `<!date^${AT}^{century}|2026-11-24 14:02 UTC>`,
    line: "2026-11-24 14:02 UTC",
  },
  { name: "a mention is shown", text: "<!here> <@U123> <!subteam^S1|@storage>", line: "@here @U123 @storage" },
  { name: "escaped formatting is text", text: "&lt;!here&gt; &amp;lt;", line: "<!here> &lt;" },
  { name: "formatting characters inside a word are text", text: "a_b_c 2*3*4 \u034f*plain*", line: "a_b_c 2*3*4 *plain*" },
  { name: "emoji are shown", text: ":x: *bold :white_check_mark:* :nothing:", line: "❌ bold ✅ :nothing:" },
  { name: "control characters are dropped", text: "a\u001b[31mb\u0007", line: "a[31mb" },
];

test.each(LINES)("$name", ({ text, line }) => {
  expect(renderText({ text }, { now: NOW })).toBe(`  ${line}`);
});

test("long lines break between words, and a quote keeps its bar", () => {
  const lines = renderText({ text: `${"word ".repeat(8)}${"x".repeat(40)}\n&gt; quoted` }, { now: NOW, width: 22 }).split("\n");
  expect(lines).toEqual(["  word word word word", "  word word word word", `  ${"x".repeat(40)}`, "  ▏ quoted"]);
});
