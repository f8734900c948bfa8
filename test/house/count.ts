import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "oxc-parser";
import { isChecked, removedWords } from "./removed-words.ts";

// `npm run count [-- <another checkout>]`: figures about the size and the language of the repository, to compare two commits.

const root = process.argv[2] ?? fileURLToPath(new URL("../..", import.meta.url));
const files = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trimEnd().split("\n");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const product = files.filter((file) => /^(lib|functions|bin|infra)\/.*\.ts$/.test(file) && !file.endsWith(".d.ts"));

print("files", files.length);
print("folders", new Set(files.map(dirname)).size);
print("lines of the README", read("README.md").trimEnd().split("\n").length);
print(
  "lines of lib, functions, infra, bin",
  product.reduce((sum, file) => sum + read(file).split("\n").length - 1, 0),
);
print("sentences over 25 words in README and docs", longSentences());
print("removed words", countRemovedWords());

const sources = product.map((file) => ({ file, ...measure(file, read(file)) }));
print("statements", sum(sources.map(({ statements }) => statements)));
print("exports", sum(sources.map((source) => source.exports)));
print("longest functions", longest(sources.flatMap(({ file, functions }) => functions.map((one) => ({ ...one, file })))));
print("longest files", longest(sources.map(({ file, lines }) => ({ file, name: "", lines }))));
print(
  "import cycles, types included",
  cycles(new Map(sources.map(({ file, imports }) => [file, imports]))).join("; ") || "none",
);

function print(name: string, value: number | string): void {
  process.stdout.write(`${name.padEnd(46)}${value}\n`);
}

function measure(file: string, text: string) {
  const { program } = parseSync(file, text);
  const lineOf = (offset: number) => text.slice(0, offset).split("\n").length;
  const functions: { name: string; lines: number }[] = [];
  const imports: string[] = [];
  let statements = 0;
  let exports = 0;
  const addFunction = ({ start, end }: { start: number; end: number }) =>
    functions.push({ name: text.slice(start, end).split("\n")[0] ?? "", lines: lineOf(end) - lineOf(start) + 1 });
  const addImport = ({ source }: { source: { value: string } | null }) => {
    if (source?.value.startsWith(".")) imports.push(normalize(join(dirname(file), source.value)));
  };
  const addStatement = () => {
    statements++;
  };
  new Visitor({
    FunctionDeclaration: addFunction,
    FunctionExpression: addFunction,
    ArrowFunctionExpression: addFunction,
    ImportDeclaration: addImport,
    ExportNamedDeclaration: (node) => {
      exports += node.declaration ? 1 : node.specifiers.length;
      addImport(node);
    },
    ExportDefaultDeclaration: () => {
      exports++;
    },
    ExpressionStatement: addStatement,
    VariableDeclaration: addStatement,
    ReturnStatement: addStatement,
    IfStatement: addStatement,
    ForStatement: addStatement,
    ForOfStatement: addStatement,
    WhileStatement: addStatement,
    SwitchStatement: addStatement,
    ThrowStatement: addStatement,
    TryStatement: addStatement,
  }).visit(program);
  return { lines: text.split("\n").length - 1, functions, imports, statements, exports };
}

function longest(all: { file: string; name: string; lines: number }[]): string {
  const sorted = all.toSorted((one, other) => other.lines - one.lines).slice(0, 3);
  return sorted.map(({ file, name, lines }) => `${lines} ${file} ${name.slice(0, 40)}`.trimEnd()).join("; ");
}

/** Returns one cycle for each file that is reached again from itself, found by a depth-first search. */
function cycles(graph: ReadonlyMap<string, string[]>): string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: string[]) => {
    if (path.includes(file)) return void found.push([...path.slice(path.indexOf(file)), file].join(" > "));
    if (finished.has(file)) return;
    for (const imported of graph.get(file) ?? []) visit(imported, [...path, file]);
    finished.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

function longSentences(): number {
  const pages = files.filter((file) => /^(README|CONTRIBUTING|SECURITY|CHANGELOG)\.md$|^docs\/.*\.md$/.test(file));
  return sum(pages.map((page) => sentencesOf(read(page)).filter((sentence) => sentence.split(/\s+/).length > 25).length));
}

/** Prose without code blocks; a table cell, a heading and a list item end a sentence. */
function sentencesOf(text: string): string[] {
  const prose = text
    .replaceAll(/```.*?```/gs, "\n\n")
    .replaceAll(/<!--.*?-->/gs, "")
    .replaceAll(/`[^`]*`/g, "code");
  return prose
    .split(/\n\s*\n|\n\s*(?=[-*#|]|\d+\. )|\s\|\s|(?<=[.:!?])\**\s+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "");
}

function countRemovedWords(): number {
  const texts = files.filter(isChecked);
  return sum(
    texts.map((file) =>
      sum(
        read(file)
          .split("\n")
          .map((line) => removedWords(line).length),
      ),
    ),
  );
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
