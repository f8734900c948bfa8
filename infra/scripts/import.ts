import { parseArgs } from "node:util";
import { createClient } from "../../lib/adapters/dynamodb/client.ts";
import { importItem, isExported, wouldImport } from "../../lib/adapters/dynamodb/transfer.ts";
import { concurrently } from "../../lib/shared/concurrently.ts";
import { runCommand, tableName, UsageError } from "./command.ts";
import { readItems } from "./item-file.ts";

const HELP = `Writes the items of an export into a table.

  npm run import -- --stage test --file prod.ndjson [--dry-run]

An item that is there in the same or a newer version is kept, a key that is there always: what broke off is simply run again.
--dry-run writes nothing and counts what would be written. The next tick of the stage looks at the jobs and tells what is pending:
stop the stage that the file comes from first, or both tell it.
Without --stage: the table that TABLE_NAME names, else the local stack's.`;

const TEXT = { type: "string" } as const;
const AT_ONCE = 16;

type Item = Parameters<typeof importItem>[2];

await runCommand("import", async (args) => {
  if (args.includes("--help")) return HELP;
  const options = { stage: TEXT, file: TEXT, "dry-run": { type: "boolean" } } as const;
  const { values } = parseArgs({ args, options });
  if (values.file === undefined) throw new UsageError("--file must name an export.");
  const table = tableName(values.stage);
  const client = createClient();
  const write = values["dry-run"] ? wouldImport : importItem;
  const { written, kept, left } = await importAll(values.file, (item) => write(client, table, item));
  const verb = values["dry-run"] ? "would be written" : "written";
  return `${table}: ${written} items ${verb}, ${kept} kept as they are, ${left} left out (past their time).`;
});

/** `write` gives back whether the item was written. */
async function importAll(file: string, write: (item: Item) => Promise<boolean>) {
  const counts = { written: 0, kept: 0, left: 0 };
  const now = Date.now();
  const importOne = async (item: Item) => {
    if (!isExported(item, now)) counts.left++;
    else if (await write(item)) counts.written++;
    else counts.kept++;
  };
  for await (const items of readItems(file, AT_ONCE)) await concurrently(items, AT_ONCE, importOne);
  return counts;
}
