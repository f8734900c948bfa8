import { parseArgs } from "node:util";
import { createClient } from "../../lib/adapters/dynamodb/client.ts";
import { importItem, isExported, wouldImport } from "../../lib/adapters/dynamodb/transfer.ts";
import { concurrently } from "../../lib/shared/concurrently.ts";
import { runCommand, tableName, UsageError } from "./command.ts";
import { readItems } from "./item-file.ts";

const HELP = `Imports an export into a table.

  npm run import -- --stage test --file prod.ndjson [--dry-run]

Existing items of the same or a newer version are kept, and so are all existing keys. An interrupted import can be run again.
--dry-run writes nothing and counts the items that would be written. The next tick of the stage polls the jobs and delivers pending notifications.
Stop the stage that you exported first, or both deliver them.
Without --stage, the table is that of TABLE_NAME, or the local stack's.`;

const TEXT = { type: "string" } as const;
const AT_ONCE = 16;

type Item = Parameters<typeof importItem>[2];

await runCommand("import", async (args) => {
  if (args.includes("--help")) return HELP;
  const options = { stage: TEXT, file: TEXT, "dry-run": { type: "boolean" } } as const;
  const { values } = parseArgs({ args, options });
  if (values.file === undefined) throw new UsageError("--file is missing: name the file of an export.");
  const table = tableName(values.stage);
  const client = createClient();
  const write = values["dry-run"] ? wouldImport : importItem;
  const { written, kept, expired } = await importAll(values.file, (item) => write(client, table, item));
  const verb = values["dry-run"] ? "would be written" : "written";
  return `${table}: ${written} items ${verb}, ${kept} existing items kept, ${expired} expired items skipped.`;
});

/** `write` returns whether the item was written. */
async function importAll(file: string, write: (item: Item) => Promise<boolean>) {
  const counts = { written: 0, kept: 0, expired: 0 };
  const now = Date.now();
  const importOne = async (item: Item) => {
    if (!isExported(item, now)) counts.expired++;
    else if (await write(item)) counts.written++;
    else counts.kept++;
  };
  for await (const items of readItems(file, AT_ONCE)) await concurrently(items, AT_ONCE, importOne);
  return counts;
}
