import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

// Biome does not format HTML and CSS in templates. Short lines keep their diffs readable.

const MAX_LINE = 120;
/** An end tag, an attribute, an html template, or CSS without blanks. Biome puts blanks around these characters in code. */
const MARKUP = /<\/|\/>|="|html`|[{;][\w-]+:\S/;

const root = fileURLToPath(new URL("../../", import.meta.url));

function longLines(text: string, file: string): string[] {
  const isLong = (line: string) => line.length > MAX_LINE && (/\.(html|css)$/.test(file) || MARKUP.test(line));
  return text
    .split("\n")
    .flatMap((line, index) => (isLong(line) ? [`${file}:${index + 1} has ${line.length} characters`] : []));
}

it.each(["functions/api/pages", "infra/local"])("no line of markup or CSS in %s is longer than 120 characters", (folder) => {
  const files = readdirSync(root + folder).filter((file) => /\.(ts|html|css)$/.test(file));
  expect(files.length).toBeGreaterThan(10);
  expect(files.flatMap((file) => longLines(readFileSync(`${root}${folder}/${file}`, "utf8"), `${folder}/${file}`))).toEqual([]);
});

it.each([
  { name: "a template", file: "a.ts", line: `  return html\`<p>\${${"word".repeat(40)}}\`;`, found: 1 },
  { name: "an element in a template", file: "a.ts", line: `<p>${"word ".repeat(40)}</p>`, found: 1 },
  { name: "CSS", file: "a.ts", line: `a{color:red;${"margin:0;".repeat(20)}}`, found: 1 },
  { name: "any line of an HTML file", file: "a.html", line: "word ".repeat(40), found: 1 },
  { name: "a line of 120 characters", file: "a.ts", line: `<p>${"x".repeat(113)}</p>`, found: 0 },
  { name: "a comment", file: "a.ts", line: `// ${"word ".repeat(40)}`, found: 0 },
])("finds $found long lines in $name", ({ file, line, found }) => {
  expect(longLines(line, file)).toHaveLength(found);
});
