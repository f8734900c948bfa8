import { readdirSync, readFileSync } from "node:fs";

export interface Found {
  /** `lib/adapters/slack/text.ts:4` */
  place: string;
  expression: RegExp;
}

/**
 * A comment, a text in double quotes, or an expression: which stands where a value can begin, and is told by it from a
 * division. The form is Biome's, so that an operator before it has a blank behind it.
 */
const TOKEN =
  /(?<=^|\s)\/\/.*$|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|(?<=[(,=:[!&|?{};>]\s*|return )\/(?![*/])((?:\\.|\[(?:[^\]\\\n]|\\.)*\]|[^[/\\\n])+)\/([dgimsuvy]*)/gm;

/** Every expression that a source text spells out. */
export function expressionsOf(file: string, text: string): Found[] {
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
