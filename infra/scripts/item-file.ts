import { once } from "node:events";
import { createReadStream, createWriteStream, type WriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { FileError } from "./command.ts";

// The file of an export: one item a line, in DynamoDB's own JSON; the last line counts them.

/** Text by which the table and its indexes find items: infra/table.yml. */
const KEYS = ["pk", "open", "team"];

type Item = Record<string, AttributeValue>;

/** Takes pages no faster than the file does. Gives back how many items it holds. */
export async function writeItems(file: string, pages: AsyncIterable<Item[]>): Promise<number> {
  const out = await open(file);
  let items = 0;
  for await (const page of pages) {
    items += page.length;
    const lines = page.map((item) => `${JSON.stringify(item)}\n`).join("");
    if (lines !== "" && !out.write(lines)) await once(out, "drain");
  }
  out.end(`${JSON.stringify({ items })}\n`);
  await finished(out);
  return items;
}

/** Gives the items in bunches. Throws at the end where the file was cut short. */
export async function* readItems(file: string, bunch: number): AsyncGenerator<Item[]> {
  let found = 0;
  let expected: number | undefined;
  let items: Item[] = [];
  for await (const line of linesOf(file)) {
    if ("items" in line) {
      expected = line.items;
      continue;
    }
    found++;
    items.push(line.item);
    if (items.length < bunch) continue;
    yield items;
    items = [];
  }
  if (items.length > 0) yield items;
  if (found === expected) return;
  const expectation = expected === undefined ? "its last line is missing" : `its last line says ${expected}`;
  throw new FileError(`${file} was cut short: ${found} items were found and taken, ${expectation}.`);
}

/** Keys are hashes, but titles and reasons are nobody else's business. */
async function open(file: string): Promise<WriteStream> {
  const out = createWriteStream(file, { flags: "wx", mode: 0o600 });
  await once(out, "open").catch((error: NodeJS.ErrnoException) => {
    throw new FileError(error.code === "EEXIST" ? `${file} is there already.` : `${file} cannot be written: ${error.code}.`);
  });
  return out;
}

async function* linesOf(file: string): AsyncGenerator<{ item: Item } | { items: number }> {
  let number = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (text.trim() !== "") yield lineOf(file, number, text);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw error instanceof FileError || code === undefined ? error : new FileError(`${file} cannot be read: ${code}.`);
  }
}

function lineOf(file: string, number: number, text: string): { item: Item } | { items: number } {
  const line = parse(text);
  if (typeof line?.items === "number") return { items: line.items };
  const item = line as Item | undefined;
  if (item?.pk && KEYS.every((name) => isKey(item[name]))) return { item };
  throw new FileError(`line ${number} of ${file} is no item of an export. Mend it and import again: nothing is doubled.`);
}

/** An item need not be in an index; a key that is there must hold something, or the table refuses the item. */
function isKey(value: AttributeValue | undefined): boolean {
  return value === undefined || (typeof value.S === "string" && value.S !== "");
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}
