import { createHash, randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { createClient } from "../lib/dynamodb/client.ts";
import { createKey, listKeys, revokeKey } from "../lib/dynamodb/keys.ts";

// Operators hand out team keys with this: `npm run keys -- create --team storage --label ci`.

const USAGE = `usage: npm run keys -- create --team <team> --label <label> [--read-only] [--operator]
       npm run keys -- list
       npm run keys -- revoke <id>
--stage <stage> works on a deployed table; else the table that TABLE_NAME names, else the local stack's.`;

const TEAM = /^[a-z0-9][a-z0-9-]{0,31}$/;
const ID_LENGTH = 12;

class UsageError extends Error {
  override name = "UsageError";
}

try {
  console.log(await run());
} catch (error) {
  const { message, code } = error as Error & { code?: string };
  const isUsage = error instanceof UsageError || code?.startsWith("ERR_PARSE_ARGS");
  console.error(
    isUsage
      ? `${message}\n${USAGE}`
      : `the table cannot be used: ${message || code}; is the local stack running, or --stage right?`,
  );
  process.exitCode = isUsage ? 64 : 69;
}

async function run(): Promise<string> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      team: { type: "string" },
      label: { type: "string" },
      stage: { type: "string" },
      "read-only": { type: "boolean" },
      operator: { type: "boolean" },
    },
  });
  const [command, id] = positionals;
  const table = tableName(values.stage);
  if (command === "create") return await create(table, values.team, values.label, values);
  if (command === "list") return await list(table);
  if (command === "revoke" && id !== undefined) return await revoke(table, id);
  throw new UsageError("say what to do");
}

function tableName(stage: string | undefined): string {
  if (stage !== undefined) return `sfs-jobwatch-${stage}`;
  if (process.env.TABLE_NAME) return process.env.TABLE_NAME;
  process.env.AWS_ENDPOINT_URL_DYNAMODB ??= `http://127.0.0.1:${process.env.TABLE_PORT ?? "8000"}`;
  process.env.AWS_ACCESS_KEY_ID ??= "local";
  process.env.AWS_SECRET_ACCESS_KEY ??= "local";
  process.env.AWS_REGION ??= "eu-central-1";
  return "sfs-jobwatch-local";
}

/** The key is shown this once: the table keeps its SHA-256 alone. */
async function create(
  table: string,
  team = "",
  label = "",
  rights: { "read-only"?: boolean; operator?: boolean },
): Promise<string> {
  if (!TEAM.test(team)) throw new UsageError("--team must be lower case letters, digits and -, at most 32");
  if (label.trim() === "" || label.length > 64) throw new UsageError("--label must be 1 to 64 characters");
  const key = `sfsjw_${randomBytes(32).toString("base64url")}`;
  const hash = createHash("sha256").update(key).digest("hex");
  await createKey(createClient(), table, {
    hash,
    team,
    label,
    createdAt: Date.now(),
    ...(rights["read-only"] && { readOnly: true }),
    ...(rights.operator && { operator: true }),
  });
  return key;
}

async function list(table: string): Promise<string> {
  const keys = await listKeys(createClient(), table);
  const rows = keys
    .sort((one, other) => one.team.localeCompare(other.team) || one.createdAt - other.createdAt)
    .map(({ hash, team, label, createdAt, readOnly, operator, revokedAt }) => {
      const rights = [readOnly ? "read-only" : "read-write", ...(operator ? ["operator"] : [])].join(", ");
      const revoked = revokedAt === undefined ? "" : `  revoked ${day(revokedAt)}`;
      return `${hash.slice(0, ID_LENGTH)}  ${team.padEnd(16)} ${label.padEnd(24)} ${rights.padEnd(20)} created ${day(createdAt)}${revoked}`;
    });
  return rows.length === 0 ? "there are no keys yet" : rows.join("\n");
}

async function revoke(table: string, id: string): Promise<string> {
  const client = createClient();
  const found = id.length < ID_LENGTH ? [] : (await listKeys(client, table)).filter(({ hash }) => hash.startsWith(id));
  const key = found[0];
  if (found.length !== 1 || !key) throw new UsageError(`no key has the id ${id}; npm run keys -- list shows them`);
  await revokeKey(client, table, key.hash, Date.now());
  return `revoked ${key.label} of ${key.team}: refused within 30 seconds`;
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
