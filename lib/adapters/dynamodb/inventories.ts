import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Known, Progress } from "../../domain/discovery/inventory.ts";
import { parseObject } from "../../domain/json.ts";
import type { InventoryPart, InventoryPlace } from "../../table-ports.ts";
import { getItem, saveVersion } from "./update.ts";

// A part is a JSON object from the id of a resource to `[name, creation and change, values, found, tags]`, about 110 bytes each.

type PackedKnown = [
  name: string | null,
  state: string,
  values: Record<string, string>,
  found?: Record<string, number> | undefined,
  tags?: Record<string, string>,
];

const STATES: Record<string, Progress> = { r: "running", s: "success", f: "failed" };

/** Returns undefined if there is no such part. Skips unreadable entries: to the next list their resources are unknown. */
export async function readPart(
  client: DynamoDBClient,
  table: string,
  place: InventoryPlace,
): Promise<InventoryPart | undefined> {
  const item = await getItem(client, table, partPk(place));
  if (!item) return undefined;
  const entries = Object.entries(parseObject(item.record?.S ?? "") ?? {}).flatMap(([id, packed]) => {
    const known = unpack(packed);
    return known ? [[id, known] as const] : [];
  });
  return { known: new Map(entries), version: Number(item.version?.N ?? 0) };
}

/** Returns false if another writer was first. `expiresAt`: when the table may delete it, in milliseconds. */
export function savePart(
  client: DynamoDBClient,
  table: string,
  place: InventoryPlace,
  { known, version }: InventoryPart,
  now: number,
  expiresAt?: number,
): Promise<boolean> {
  const record = JSON.stringify(Object.fromEntries([...known].map(([id, one]) => [id, packKnown(one)])));
  const expiry = expiresAt === undefined ? undefined : { N: String(Math.ceil(expiresAt / 1_000)) };
  return saveVersion(client, table, partPk(place), { record: { S: record }, expiresAt: expiry }, version, now);
}

function partPk({ source, projectId, inventory, index }: InventoryPlace): string {
  return `inventory#${source}#${projectId}#${inventory.toString(36)}#${index}`;
}

function packKnown(known: Known): PackedKnown {
  const { name = null, tags, values = {}, found = {} } = known;
  const state = stateOf(known);
  if (tags) return [name, state, values, found, tags];
  return Object.keys(found).length > 0 ? [name, state, values, found] : [name, state, values];
}

/** `c<start of the creation>,<when it vanished>:<progress><operation>`, each part only if it is set. */
function stateOf({ isBeingCreated, startedAt, vanished, change }: Known): string {
  const creation = isBeingCreated ? `c${startedAt?.toString(36) ?? ""}` : "";
  const absence = vanished ? `,${vanished.at.toString(36)}${vanished.withOthers ? "!" : ""}` : "";
  return `${creation}${absence}${change ? `:${change.progress[0]}${change.operation}` : ""}`;
}

function unpack(packed: unknown): Known | undefined {
  if (!Array.isArray(packed) || typeof packed[1] !== "string") return undefined;
  const [name, state, values, found, tags] = packed as PackedKnown;
  const [flags = "", change = ""] = state.split(":", 2);
  const [creation = "", absence = ""] = flags.split(",", 2);
  const progress = STATES[change.slice(0, 1)];
  const startedAt = Number.parseInt(creation.slice(1), 36);
  const vanishedAt = Number.parseInt(absence, 36);
  return {
    ...(typeof name === "string" && { name }),
    ...(creation !== "" && { isBeingCreated: true as const }),
    ...(Number.isFinite(startedAt) && { startedAt }),
    ...(Number.isFinite(vanishedAt) && {
      vanished: { at: vanishedAt, ...(absence.endsWith("!") && { withOthers: true as const }) },
    }),
    ...(progress && { change: { operation: change.slice(1), progress } }),
    values: values ?? {},
    found: found ?? {},
    ...(tags && { tags }),
  };
}
