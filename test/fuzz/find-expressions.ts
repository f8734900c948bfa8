import { readdirSync, readFileSync } from "node:fs";

export interface FoundExpression {
  /** `lib/adapters/slack/text.ts:4` */
  place: string;
  expression: RegExp;
}

/**
 * Matches a comment, a string in double quotes, or an expression. An expression is recognized by its place where a value can begin, which
 * distinguishes it from a division. Relies on Biome's format, in which an operator is followed by a space.
 */
const TOKEN =
  /(?<=^|\s)\/\/.*$|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|(?<=[(,=:[!&|?{};>]\s*|return )\/(?![*/])((?:\\.|\[(?:[^\]\\\n]|\\.)*\]|[^[/\\\n])+)\/([dgimsuvy]*)/gm;

/** Returns every regular expression literal of a source text. */
export function expressionsOf(file: string, text: string): FoundExpression[] {
  return [...text.matchAll(TOKEN)].flatMap(({ 1: source, 2: flags = "", index }) => {
    if (source === undefined) return [];
    const line = text.slice(0, index).split("\n").length;
    return [{ place: `${file}:${line}`, expression: new RegExp(source, flags) }];
  });
}

export function sources(...folders: string[]): { file: string; text: string }[] {
  const root = new URL("../../", import.meta.url);
  return folders.flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true })
      .map((name) => `${folder}/${name}`)
      .filter((file) => file.endsWith(".ts"))
      .map((file) => ({ file, text: readFileSync(new URL(file, root), "utf8") })),
  );
}
