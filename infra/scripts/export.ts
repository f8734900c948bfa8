import { parseArgs } from "node:util";
import { createClient } from "../../lib/adapters/dynamodb/client.ts";
import { exportItems } from "../../lib/adapters/dynamodb/transfer.ts";
import { runCommand, tableName } from "./command.ts";
import { writeItems } from "./item-file.ts";

const HELP = `Writes what a table holds to a file: jobs with their notifications, channels, projects, durations, and keys as their hashes.

  npm run export -- --stage prod [--file prod.ndjson]

One JSON item a line, in DynamoDB's own form; the last line counts them, so that a file cut short is known by it. What belongs to
the deployment itself stays: leases, windows, slots, accounts of requests. The file must not exist; only its owner may read it.
Without --stage: the table that TABLE_NAME names, else the local stack's.`;

const TEXT = { type: "string" } as const;

await runCommand("export", async (args) => {
  if (args.includes("--help")) return HELP;
  const { values } = parseArgs({ args, options: { stage: TEXT, file: TEXT } });
  const table = tableName(values.stage);
  const file = values.file ?? `${table}.ndjson`;
  const items = await writeItems(file, exportItems(createClient(), table, Date.now()));
  return `${items} items of ${table} are in ${file}.`;
});
