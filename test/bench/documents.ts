import { readFile, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import type { Row } from "./row.ts";
import { table } from "./table.ts";

const PERFORMANCE = new URL("../../docs/performance.md", import.meta.url);
const MARKS = { from: "<!-- npm run bench -- --write: from here -->", to: "<!-- npm run bench -- --write: to here -->" };

/** Puts the table between its marks, with the day and the machine. */
export async function writeDocuments(rows: Row[]): Promise<void> {
  const text = await readFile(PERFORMANCE, "utf8");
  const [before, rest = ""] = text.split(MARKS.from);
  const [, after] = rest.split(MARKS.to);
  if (before === undefined || after === undefined) throw new Error(`docs/performance.md has lost its mark ${MARKS.from}`);
  await writeFile(PERFORMANCE, [before, MARKS.from, `\n${where()}\n\n${table(rows)}\n`, MARKS.to, after].join(""));
}

function where(): string {
  const day = new Date().toISOString().slice(0, 10);
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `Measured on ${day}: ${cpus().length} cores of ${cpu?.model.trim()}, ${memory} GiB, ${process.platform}, Node ${process.version}.`;
}
