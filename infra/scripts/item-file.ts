import { once } from "node:events";
import { createReadStream, createWriteStream, type WriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { parseObject } from "../../lib/domain/json.ts";
import { FileError } from "./command.ts";

// The file of an export: one item per line in DynamoDB's JSON format. The last line has the number of items.

/** String keys of the table and its indexes: infra/table.yml. */
const KEYS = ["pk", "open", "team"];

type Item = Record<string, AttributeValue>;

/** Returns the number of items. Leaves no file if it fails, since the next export would refuse to overwrite it. */
export async function writeItems(file: string, pages: AsyncIterable<Item[]>): Promise<number> {
  const out = await open(file);
  try {
    return await writePages(out, pages);
  } catch (error) {
    out.destroy();
    await rm(file, { force: true });
    throw error;
  }
}

/** Reads pages only as fast as the file is written. */
async function writePages(out: WriteStream, pages: AsyncIterable<Item[]>): Promise<number> {
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

/** Yields the items in batches. Throws at the end if the file is incomplete. */
export async function* readItems(file: string, batchSize: number): AsyncGenerator<Item[]> {
  let count = 0;
  let expected: number | undefined;
  let items: Item[] = [];
  for await (const line of linesOf(file)) {
    if ("items" in line) {
      expected = line.items;
      continue;
    }
    count++;
    items.push(line.item);
    if (items.length < batchSize) continue;
    yield items;
    items = [];
  }
  if (items.length > 0) yield items;
  if (count === expected) return;
  const expectation = expected === undefined ? "the last line is missing" : `the last line has ${expected}`;
  throw new FileError(`${file} is incomplete: ${count} items were read and imported, but ${expectation}.`);
}

/** Creates the file for its owner only, since titles and reasons are confidential. */
async function open(file: string): Promise<WriteStream> {
  const out = createWriteStream(file, { flags: "wx", mode: 0o600 });
  await once(out, "open").catch((error: NodeJS.ErrnoException) => {
    throw new FileError(
      error.code === "EEXIST"
        ? `${file} exists already. Name another file with --file.`
        : `${file} cannot be written: ${error.code}.`,
    );
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
  const line = parseObject(text);
  if (typeof line?.items === "number") return { items: line.items };
  const item = line as Item | undefined;
  if (item?.pk && KEYS.every((name) => isKey(item[name]))) return { item };
  throw new FileError(
    `line ${number} of ${file} is not an item of an export. Fix it and import again: no item is imported twice.`,
  );
}

/** An index key may be absent. An empty one would make the table reject the item. */
function isKey(value: AttributeValue | undefined): boolean {
  return value === undefined || (typeof value.S === "string" && value.S !== "");
}
