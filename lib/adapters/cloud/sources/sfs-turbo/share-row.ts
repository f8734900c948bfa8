import type { ListedOperation, ListedResource } from "../../../../domain/discovery/listing.ts";
import type { Seen, Unreachable } from "../../../../domain/job/job.ts";
import { isIdOf } from "../../../../domain/job/sources.ts";
import { isObject } from "../../../../domain/json.ts";
import { MAX_NAME, present } from "../../http/field-limits.ts";
import { cleanText } from "../../http/text.ts";
import { parseCloudTime } from "../../http/time.ts";
import { unreachable } from "../../http/unreachable.ts";
import { lastChangeOf, seenOfShare } from "./share-details.ts";

/** More than the cloud allows. */
const KEPT_TAGS = 50;
const DELETED = "400";
const FROZEN = "800";

/** Reads one row of the share list. */
export function resourceOfShare(row: Record<string, unknown>, answered: Pick<Seen, "requestId">): ListedResource | Unreachable {
  const id = typeof row.id === "string" ? row.id.trim().toLowerCase() : "";
  if (!isIdOf("sfs-turbo-share", `${id}.create.1`)) return unreachable("invalid-response", "it has no valid id");
  const status = cleanText(row.status, 64);
  if (status === undefined) return unreachable("invalid-response", "it has no status");
  const listed = ({ operation, seen }: ListedOperation) => ({ operation, seen: { ...seen, ...answered } });
  const isCreationPast = status === DELETED || status === FROZEN;
  const change = lastChangeOf(row, status);
  return {
    id,
    ...present({
      name: cleanText(row.name, MAX_NAME),
      tags: tagsOf(row.tags),
      createdAt: parseCloudTime(row.created_at),
      creation: isCreationPast ? undefined : listed({ operation: "create", seen: seenOfShare(row, status, "create") }),
      change: change && listed(change),
      values: valuesOf(row),
    }),
  };
}

function valuesOf({ size, security_group_id: group }: Record<string, unknown>): Record<string, string> {
  return present({ extend: cleanText(size, 64), "change-security-group": cleanText(group, 64) });
}

/** `[{"key": "env", "value": "prod"}]` */
function tagsOf(tags: unknown): Record<string, string> | undefined {
  if (!Array.isArray(tags)) return undefined;
  const pairs = tags.filter(isObject).flatMap(({ key, value }) => {
    const name = cleanText(key, 128);
    return name === undefined ? [] : [[name, cleanText(value, 255) ?? ""] as const];
  });
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs.slice(0, KEPT_TAGS));
}
