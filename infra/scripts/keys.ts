import { createHash, randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { createKey, listKeys, revokeKey } from "../../lib/adapters/dynamodb/api-keys.ts";
import { createClient } from "../../lib/adapters/dynamodb/client.ts";
import { hiddenCharacter, isVisible } from "../../lib/domain/one-line.ts";
import { runCommand, tableName, UsageError } from "./command.ts";
import { idOf, keyList, revocation } from "./key-list.ts";
import { currentOperator } from "./operator.ts";

// Operators create and revoke team keys with `npm run keys`.

const HELP = `Manages team keys for the API. A key is shown only once, when it is created. The table stores only its SHA-256.

  npm run --silent keys -- create --team <team> --label <label> [...]   create a key; prints only the key
      --read-only             can read, but not register, stop or test
      --operator              can also list and test the operators' channel
      --expires <duration>    such as 12h, 90d or 8w; by default the key never expires
      --channels <a,b>        limit the key to these channels; the first is its default
      --projects <id,id>      limit the key to these projects; the first is its default
  npm run keys -- list [--team <team>]                                  list keys, their permissions and who created them
  npm run keys -- revoke <id>                                           revoke a key by its id, or the first 4 or more characters of it
  npm run keys -- revoke -                                              read the key (or its id) from standard input

To rotate a key, create a second one, switch to it, and revoke the first. A revocation takes effect within 30 seconds.
--stage <stage> selects a deployed table. Without it, the table is that of TABLE_NAME, or the local stack's.`;

const TEXT = { type: "string" } as const;
const FLAG = { type: "boolean" } as const;
const COMMANDS = {
  create: {
    ...{ team: TEXT, label: TEXT, expires: TEXT, channels: TEXT, projects: TEXT, stage: TEXT },
    ...{ "read-only": FLAG, operator: FLAG },
  },
  list: { team: TEXT, stage: TEXT },
  revoke: { stage: TEXT },
};
type Values = Partial<Record<"team" | "label" | "expires" | "channels" | "projects" | "stage", string>> &
  Partial<Record<"read-only" | "operator", boolean>>;

const TEAM = /^[a-z0-9][a-z0-9-]{0,31}$/;
const CHANNEL = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const PROJECT = /^[0-9a-f]{32}$/;
const ID = /^[0-9a-f]{4,64}$/;
const HOURS = { h: 1, d: 24, w: 168 };
const LONGEST_HOURS = 10 * 365 * 24;

if (import.meta.main) await runCommand("keys", run);

export async function run([command = "help", ...args]: string[]): Promise<string> {
  if (/^(help|--help|-h)$/.test(command) || args.includes("--help")) return HELP;
  if (command !== "create" && command !== "list" && command !== "revoke")
    throw new UsageError(`There is no command ${JSON.stringify(command)}. Use create, list or revoke.`);
  if (args.some((arg) => arg.includes("sfsjw_")))
    throw new UsageError(
      "A key on the command line stays in the shell's history. Run `npm run keys -- revoke -` and paste the key, or use its id.",
    );
  const options = { args, allowPositionals: command === "revoke", options: COMMANDS[command] };
  const { values, positionals } = parseArgs(options) as { values: Values; positionals: string[] };
  const table = tableName(values.stage);
  if (command === "create") return await create(table, values);
  return command === "list" ? await list(table, values.team) : await revoke(table, positionals);
}

/** Returns the new key. The table stores only its SHA-256. */
async function create(table: string, values: Values): Promise<string> {
  const { team = "", label = "", expires, channels, projects } = values;
  if (!TEAM.test(team))
    throw new UsageError("--team must be 1 to 32 lower-case letters, digits and hyphens, and must not start with a hyphen.");
  if (label.trim() === "" || label.length > 64 || hiddenCharacter(label) !== undefined || !isVisible(label))
    throw new UsageError("--label must be 1 to 64 characters in one line. Use it to name the key's owner or purpose.");
  const createdAt = Date.now();
  const rights = {
    ...(expires !== undefined && { expiresAt: createdAt + durationMs(expires) }),
    ...(channels !== undefined && { channels: listOf("--channels", channels, CHANNEL, "names of channels") }),
    ...(projects !== undefined && { projects: listOf("--projects", projects, PROJECT, "ids of 32 hexadecimal digits") }),
    ...(values["read-only"] && { readOnly: true }),
    ...(values.operator && { operator: true }),
  };
  const key = `sfsjw_${randomBytes(32).toString("base64url")}`;
  const createdBy = await currentOperator();
  await createKey(createClient(), table, { hash: sha256(key), team, label: label.trim(), createdAt, createdBy, ...rights });
  // Only the functions' configuration has the channels and projects, so the names cannot be checked here.
  for (const names of [rights.channels, rights.projects])
    if (names) console.error(`Limited to ${names.join(", ")}. Check the spelling: these names are not validated.`);
  return key;
}

function durationMs(text: string): number {
  const [, count = "", unit = ""] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  const hours = Number(count) * (HOURS[unit as keyof typeof HOURS] ?? 0);
  if (hours > 0 && hours <= LONGEST_HOURS) return hours * 3_600_000;
  throw new UsageError("--expires must be a number of hours, days or weeks, such as 12h, 90d or 8w, and at most 10 years.");
}

function listOf(option: string, text: string, form: RegExp, what: string): string[] {
  const names = text.split(",").map((name) => name.trim().toLowerCase());
  if (names.every((name) => form.test(name))) return [...new Set(names)];
  throw new UsageError(`${option} must be a comma-separated list of ${what}.`);
}

async function list(table: string, team: string | undefined): Promise<string> {
  return keyList(await listKeys(createClient(), table), team, Date.now());
}

async function revoke(table: string, [argument = "", ...more]: string[]): Promise<string> {
  const keyOrId = argument === "-" ? await standardInput() : argument;
  const id = keyOrId.startsWith("sfsjw_") ? sha256(keyOrId) : keyOrId;
  if (!ID.test(id) || more.length > 0)
    throw new UsageError(
      "revoke needs one id: 4 or more of its hexadecimal digits (0-9 and a-f), or - to read the key from standard input.",
    );
  const client = createClient();
  const [key, ...others] = (await listKeys(client, table)).filter(({ hash }) => hash.startsWith(id));
  if (!key) throw new UsageError(`No key has the id ${id}. npm run keys -- list shows all ids.`);
  if (others.length > 0) {
    const ids = [key, ...others].map(idOf).sort();
    throw new UsageError(`${ids.length} keys have an id that begins with ${id}: ${ids.join(", ")}. Use more characters of it.`);
  }
  await revokeKey(client, table, key.hash, Date.now(), await currentOperator());
  const earlier = key.revokedAt === undefined ? "" : ` It had already been revoked on ${revocation(key)}.`;
  return `Revoked ${key.label} of ${key.team}. This takes effect within 30 seconds.${earlier}`;
}

/** Reads one line from a terminal, or the whole input otherwise. Removes a BOM and line ends. */
async function standardInput(): Promise<string> {
  const { stdin } = process;
  if (stdin.isTTY) console.error("Paste the key and press Enter.");
  let text = "";
  for await (const chunk of stdin.setEncoding("utf8")) {
    text += chunk;
    if (stdin.isTTY && text.includes("\n")) break;
  }
  if (text.trim() === "") throw new UsageError("Standard input is empty. Paste the key or its id.");
  return text.trim();
}

function sha256(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
