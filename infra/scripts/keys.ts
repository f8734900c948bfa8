import { createHash, randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { createKey, listKeys, revokeKey } from "../../lib/adapters/dynamodb/api-keys.ts";
import { createClient } from "../../lib/adapters/dynamodb/client.ts";
import { hiddenCharacter, isVisible } from "../../lib/domain/one-line.ts";
import { runCommand, tableName, UsageError } from "./command.ts";
import { idOf, keyList, revocation } from "./key-list.ts";
import { currentOperator } from "./operator.ts";

// Operators hand out team keys with this: `npm run keys -- create --team storage --label ci`.

const HELP = `Team keys: who may use the API. A key is shown once, when it is made; the table keeps its SHA-256 alone.

  npm run --silent keys -- create --team <team> --label <label> [...]   prints the new key and nothing else
      --read-only             may look, but not register, stop or test
      --operator              lists and tests the operators' channel too
      --expires <duration>    like 12h, 90d or 8w; without it the key is good until it is revoked
      --channels <a,b>        may name these channels alone; the first is for jobs that name none
      --projects <id,id>      may use these projects alone; the first is for requests that name none
  npm run keys -- list [--team <team>]                                  all keys, what they may do and who made them
  npm run keys -- revoke <id>                                           by the beginning of an id
  npm run keys -- revoke -                                              reads the key (or an id) from standard input

To rotate: create a second key, put it to use, revoke the first. A revoked key is refused within 30 seconds.
--stage <stage> works on a deployed table; else the table that TABLE_NAME names, else the local stack's.`;

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

await runCommand("keys", run);

async function run([command = "help", ...args]: string[]): Promise<string> {
  if (/^(help|--help|-h)$/.test(command) || args.includes("--help")) return HELP;
  if (command !== "create" && command !== "list" && command !== "revoke")
    throw new UsageError(`There is no command ${JSON.stringify(command)}: it is create, list or revoke.`);
  if (args.some((arg) => arg.includes("sfsjw_")))
    throw new UsageError(
      "A key on the command line stays in the shell's history. Run `npm run keys -- revoke -` and paste the key, or name its id.",
    );
  const options = { args, allowPositionals: command === "revoke", options: COMMANDS[command] };
  const { values, positionals } = parseArgs(options) as { values: Values; positionals: string[] };
  const table = tableName(values.stage);
  if (command === "create") return await create(table, values);
  return command === "list" ? await list(table, values.team) : await revoke(table, positionals);
}

/** The key is shown this once: the table keeps its SHA-256 alone. */
async function create(table: string, values: Values): Promise<string> {
  const { team = "", label = "", expires, channels, projects } = values;
  if (!TEAM.test(team)) throw new UsageError("--team must be 1 to 32 lower case letters, digits and -, no - first.");
  if (label.trim() === "" || label.length > 64 || hiddenCharacter(label) !== undefined || !isVisible(label))
    throw new UsageError("--label must be 1 to 64 characters in one line: it says whose key this is.");
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
  // What channels and projects there are, the functions' configuration alone knows.
  for (const names of [rights.channels, rights.projects])
    if (names) console.error(`Limited to ${names.join(", ")}: check the spelling, nothing else does.`);
  return key;
}

function durationMs(text: string): number {
  const [, count = "", unit = ""] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  const hours = Number(count) * (HOURS[unit as keyof typeof HOURS] ?? 0);
  if (hours > 0 && hours <= LONGEST_HOURS) return hours * 3_600_000;
  throw new UsageError("--expires must be a number of hours, days or weeks like 12h, 90d or 8w, at most 10 years.");
}

function listOf(option: string, text: string, form: RegExp, what: string): string[] {
  const names = text.split(",").map((name) => name.trim().toLowerCase());
  if (names.every((name) => form.test(name))) return [...new Set(names)];
  throw new UsageError(`${option} must be a comma list of ${what}.`);
}

async function list(table: string, team: string | undefined): Promise<string> {
  return keyList(await listKeys(createClient(), table), team, Date.now());
}

async function revoke(table: string, [given = "", ...more]: string[]): Promise<string> {
  const named = given === "-" ? await standardInput() : given;
  const id = named.startsWith("sfsjw_") ? sha256(named) : named;
  if (!ID.test(id) || more.length > 0)
    throw new UsageError("revoke needs one id, its first 4 characters or more, or - to read the key from standard input.");
  const client = createClient();
  const [key, ...others] = (await listKeys(client, table)).filter(({ hash }) => hash.startsWith(id));
  if (!key) throw new UsageError(`No key has the id ${id}; npm run keys -- list shows them.`);
  if (others.length > 0) {
    const ids = [key, ...others].map(idOf).sort();
    throw new UsageError(`${ids.length} keys have an id that begins with ${id}: ${ids.join(", ")}. Give more of it.`);
  }
  await revokeKey(client, table, key.hash, Date.now(), await currentOperator());
  const was = key.revokedAt === undefined ? "" : ` It had been revoked on ${revocation(key)} already.`;
  return `Revoked ${key.label} of ${key.team}: refused within 30 seconds.${was}`;
}

/** A line on a terminal, all there is elsewhere; without a byte order mark and line ends. */
async function standardInput(): Promise<string> {
  const { stdin } = process;
  if (stdin.isTTY) console.error("Paste the key and press Enter.");
  let text = "";
  for await (const chunk of stdin.setEncoding("utf8")) {
    text += chunk;
    if (stdin.isTTY && text.includes("\n")) break;
  }
  if (text.trim() === "") throw new UsageError("Standard input is empty: paste the key, or the beginning of its id.");
  return text.trim();
}

function sha256(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
