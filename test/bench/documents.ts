import { readFile, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { measureForPrices } from "./measured.ts";
import type { Row } from "./row.ts";
import { costChart, scaleLimits, scaleTable } from "./scale.ts";
import { table } from "./table.ts";

const DOCS = new URL("../../docs/", import.meta.url);
const FROM = "<!-- npm run bench -- --write: from here -->";
const TO = "<!-- npm run bench -- --write: to here -->";

/** Writes the tables between their markers, with the date and the machine, and draws the cost chart. */
export async function writeDocuments(rows: Row[]): Promise<void> {
  await writeBetweenMarkers("performance.md", `${machine()}\n\n${table(rows)}`);
  const measured = await measureForPrices();
  await writeBetweenMarkers("scale.md", `${machine()}\n\n${scaleTable(measured)}\n\n${scaleLimits(measured)}`);
  await writeFile(new URL("images/cost-by-size.svg", DOCS), costChart(measured));
}

async function writeBetweenMarkers(file: string, content: string): Promise<void> {
  const text = await readFile(new URL(file, DOCS), "utf8");
  const [before, rest = ""] = text.split(FROM);
  const [, after] = rest.split(TO);
  if (before === undefined || after === undefined) throw new Error(`docs/${file} has no marker ${FROM}`);
  await writeFile(new URL(file, DOCS), [before, FROM, `\n${content}\n`, TO, after].join(""));
}

function machine(): string {
  const day = new Date().toISOString().slice(0, 10);
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `Measured on ${day}: ${cpus().length} cores of ${cpu?.model.trim()}, ${memory} GiB, ${process.platform}, Node ${process.version}.`;
}
