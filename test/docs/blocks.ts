import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../cases/stack.ts";

// The fenced blocks of the pages. docs/README.md describes the languages to readers.

export const LANGUAGES = ["sh", "output", "text", "json", "mermaid"];

/** A block may stand in a list, and is indented then. */
const BLOCK = /^(?<indent> *)```(?<info>.*)\n(?<code>[\s\S]*?)^\k<indent>```$/gm;

export interface Block {
  page: string;
  line: number;
  language: string;
  /** What a reader needs beside `npm start`, from `sh needs <this>`. */
  needs?: string;
  text: string;
  /** The output that the page shows below the commands. */
  shown?: string;
}

/** Returns README.md, CONTRIBUTING.md and every page of docs/ except the decisions. */
export function pagesOfDocs(): string[] {
  const pages = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
  return ["README.md", "CONTRIBUTING.md", ...pages.map((name) => `docs/${name}`)];
}

function readPage(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

/** Returns the blocks of a page. An `output` block belongs to the `sh` block directly above it. */
export function blocksOf(page: string, text = readPage(page)): Block[] {
  const blocks: Block[] = [];
  let end = 0;
  for (const { index, 0: whole, groups } of text.matchAll(BLOCK)) {
    const { indent = "", info = "", code: indented = "" } = groups ?? {};
    const code = indented.replaceAll(new RegExp(`^${indent}`, "gm"), "");
    const [language = "", ...rest] = info.split(" ");
    const above = blocks.at(-1);
    if (language === "output" && above?.language === "sh" && text.slice(end, index).trim() === "") above.shown = code;
    end = index + whole.length;
    const needs = rest[0] === "needs" ? rest.slice(1).join(" ") : undefined;
    const line = text.slice(0, index).split("\n").length;
    blocks.push({ page, line, language, text: code, ...(needs !== undefined && { needs }) });
  }
  return blocks;
}

/** Returns the page without its blocks, on one line. */
export function proseOf(page: string): string {
  return readPage(page).replaceAll(BLOCK, "").replaceAll(/\s+/g, " ");
}
