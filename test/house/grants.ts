import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PackagedTree } from "./packaged-tree.ts";

interface Statement {
  Sid: string;
  Action: string | string[];
  Resource: unknown;
}

export function statementsOf({ resources }: PackagedTree, role: string): Statement[] {
  const policies = resources[role]?.Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

export function granted(tree: PackagedTree, role: string): string[] {
  return statementsOf(tree, role).flatMap(({ Action }) => Action);
}

/** The table's actions that a folder's sources call; keys.ts also serves `npm run keys`, with an operator's own rights. */
export async function callsOf(tree: PackagedTree, folder: string): Promise<string[]> {
  const files = (await readdir(join(tree.folder, folder))).filter((file) => file !== "keys.ts");
  const sources = await Promise.all(files.map((file) => readFile(join(tree.folder, folder, file), "utf8")));
  const names = sources.flatMap((source) => [...source.matchAll(/new (\w+)Command\(/g)].map(([, name]) => `dynamodb:${name}`));
  return [...new Set(names)];
}
