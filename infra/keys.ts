import { createHash, randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { createClient } from "../lib/dynamodb/client.ts";
import { createKey, listKeys, revokeKey } from "../lib/dynamodb/keys.ts";
import { hiddenCharacter, isVisible } from "../lib/job/one-line.ts";
import { runCommand, tableName, UsageError } from "./command.ts";
import { day, idOf, keyList } from "./key-list.ts";

// Operators hand out team keys with this: `npm run keys -- create --team storage --label ci`.

const HELP = `Team keys: who may use the API. A key is shown once, when it is made; the table keeps its SHA-256 alone.

  npm run --silent keys -- create --team <team> --label <label> [...]   prints the new key and nothing else
      --read-only             may look, but not register, stop or test
      --operator              lists and tests the operators' channel too
      --expires <duration>    like 12h, 90d or 8w; without it the key is good until it is revoked
      --channels <a,b>        may name these channels alone; the first is for jobs that name none
      --projects <id,id>      may use these projects alone; the first is for requests that name none
  npm run keys -- list [--team <team>]                                  all keys and what they may do
  npm run keys -- revoke <id>                                           by the beginning of an id, or by the key itself

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
  await createKey(createClient(), table, { hash: sha256(key), team, label: label.trim(), createdAt, ...rights });
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
  const id = given.startsWith("sfsjw_") ? sha256(given) : given;
  if (!ID.test(id) || more.length > 0) throw new UsageError("revoke needs one id, or its first 4 characters or more.");
  const client = createClient();
  const [key, ...others] = (await listKeys(client, table)).filter(({ hash }) => hash.startsWith(id));
  if (!key) throw new UsageError(`No key has the id ${id}; npm run keys -- list shows them.`);
  if (others.length > 0) {
    const ids = [key, ...others].map(idOf).sort();
    throw new UsageError(`${ids.length} keys have an id that begins with ${id}: ${ids.join(", ")}. Give more of it.`);
  }
  await revokeKey(client, table, key.hash, Date.now());
  const was = key.revokedAt === undefined ? "" : ` It had been revoked on ${day(key.revokedAt)} already.`;
  return `Revoked ${key.label} of ${key.team}: refused within 30 seconds.${was}`;
}

function sha256(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
