import { editDistance } from "../../lib/domain/edit-distance.ts";

/** Returns " Did you mean list?" for a name that differs in at most two places; else "". */
export function suggestion(name: string, known: readonly string[]): string {
  const near = known
    .map((one) => ({ one, distance: one.startsWith(name) && name.length > 2 ? 1 : editDistance(name, one) }))
    .filter((candidate) => candidate.distance <= Math.min(2, Math.floor(name.length / 2)))
    .sort((a, b) => a.distance - b.distance);
  return near[0] ? ` Did you mean ${near[0].one}?` : "";
}
