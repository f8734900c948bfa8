import { parseArgs } from "node:util";
import { createClient } from "../../lib/adapters/dynamodb/client.ts";
import { exportItems } from "../../lib/adapters/dynamodb/transfer.ts";
import { runCommand, tableName } from "./command.ts";
import { writeItems } from "./item-file.ts";

const HELP = `Exports a table to a file: jobs with their notifications, channels, projects, durations, and hashes of keys.

  npm run export -- --stage prod [--file prod.ndjson]

One item per line, in DynamoDB's JSON format. The last line has the number of items, which shows whether the file is complete.
Data of the deployment itself is not exported: leases, send times, request counts. The file must not exist yet; only its owner can read it.
Without --stage, the table is that of TABLE_NAME, or the local stack's.`;

const TEXT = { type: "string" } as const;

await runCommand("export", async (args) => {
  if (args.includes("--help")) return HELP;
  const { values } = parseArgs({ args, options: { stage: TEXT, file: TEXT } });
  const table = tableName(values.stage);
  const file = values.file ?? `${table}.ndjson`;
  const items = await writeItems(file, exportItems(createClient(), table, Date.now()));
  return `Exported ${items} items of ${table} to ${file}.`;
});
