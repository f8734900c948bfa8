import { clean, isTerminal, type Piece, print } from "./output.ts";

const WIDE = /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\uff01-\uff60]/u;
const NO_WIDTH = /\p{M}|\u200b|\u200c|\u200d/u;

/** Prints rows in columns. A terminal gets a header, and no line is longer than the terminal is wide. */
export function printTable(header: string[], rows: Piece[][]): void {
  for (const line of tableLines(header, rows)) print(...line);
}

function tableLines(header: string[], rows: Piece[][]): Piece[][] {
  if (!isTerminal()) return alignColumns(rows);
  const head = header.map((text): Piece => ({ text, tone: "quiet" }));
  return alignColumns([head, ...rows]).map((line) => truncateLine(line, process.stdout.columns || 80));
}

/** Pads the cells of each column, two blanks apart. Empty columns are dropped. */
export function alignColumns(rows: Piece[][]): Piece[][] {
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, widthOf(textOf(cell)));
  return rows.map((row) => {
    const last = row.findLastIndex((cell) => textOf(cell) !== "");
    return row.slice(0, last + 1).flatMap((cell, at): Piece[] => {
      const width = widths[at] ?? 0;
      if (width === 0) return [];
      return at === last ? [cell] : [cell, " ".repeat(width - widthOf(textOf(cell)) + 2)];
    });
  });
}

/** Cuts a line that is wider than `most`, and ends it with "…". */
export function truncateLine(line: Piece[], most: number): Piece[] {
  let left = most;
  const total = line.reduce((sum, piece) => sum + widthOf(textOf(piece)), 0);
  if (total <= most) return line;
  return line.flatMap((piece): Piece[] => {
    const text = textOf(piece);
    if (left <= 0) return [];
    const cut = widthOf(text) < left ? text : `${fitting(text, left - 1)}…`;
    left -= widthOf(text);
    return [typeof piece === "string" ? cut : { ...piece, text: cut }];
  });
}

function fitting(text: string, most: number): string {
  let width = 0;
  let end = "";
  for (const character of text) {
    width += widthOf(character);
    if (width > most) break;
    end += character;
  }
  return end;
}

function textOf(piece: Piece): string {
  return clean(typeof piece === "string" ? piece : piece.text);
}

/** The number of columns that a terminal needs for a text. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}
