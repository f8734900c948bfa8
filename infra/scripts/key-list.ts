import type { ApiKey } from "../../lib/domain/api-key.ts";

const HEAD = ["id", "team", "label", "rights", "created", "created by", "expires", "state"];

/** Returns the keys of all teams, or of one, as a text table sorted by team and age. */
export function keyList(all: ApiKey[], team: string | undefined, now: number): string {
  if (all.length === 0) return "There are no keys yet.";
  const keys = team === undefined ? all : all.filter((key) => key.team === team);
  if (keys.length === 0) return `The team ${JSON.stringify(team)} has no keys.`;
  const sorted = keys.toSorted((one, other) => one.team.localeCompare(other.team) || one.createdAt - other.createdAt);
  const rows = [HEAD, ...sorted.map((key) => rowOf(key, now))];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Returns the first characters of the SHA-256, enough to identify the key. */
export function idOf({ hash }: ApiKey): string {
  return hash.slice(0, 12);
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function rowOf(key: ApiKey, now: number): string[] {
  const { team, label, createdAt, createdBy = "", expiresAt } = key;
  const expires = expiresAt === undefined ? "never" : day(expiresAt);
  return [idOf(key), team, label, rightsOf(key), day(createdAt), createdBy, expires, stateOf(key, now)];
}

function rightsOf({ readOnly, operator, channels, projects }: ApiKey): string {
  const rights = [...(operator ? ["operator"] : []), ...(readOnly ? ["read-only"] : [])].join(" ") || "write";
  const limits = [channels && `channels ${channels.join(",")}`, projects && `projects ${projects.join(",")}`];
  return [rights, ...limits.filter((limit) => limit !== undefined)].join("; ");
}

/** "2026-11-27 by anna@laptop". */
export function revocation({ revokedAt = 0, revokedBy }: ApiKey): string {
  return `${day(revokedAt)}${revokedBy === undefined ? "" : ` by ${revokedBy}`}`;
}

function stateOf(key: ApiKey, now: number): string {
  const { revokedAt, expiresAt } = key;
  if (revokedAt !== undefined) return `revoked ${revocation(key)}`;
  return expiresAt !== undefined && expiresAt <= now ? "expired" : "valid";
}
