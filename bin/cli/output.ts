/** Removes control characters, so that text of others cannot move the cursor. */
export function clean(text: string): string {
  return text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, " ");
}

/** Quotes the beginning of a text from outside. */
export function quote(text: string, most = 60): string {
  const line = clean(text);
  return `"${line.length > most ? `${line.slice(0, most)}...` : line}"`;
}

export function print(line: string): void {
  process.stdout.write(`${clean(line)}\n`);
}

export function printError(line: string): void {
  process.stderr.write(`${clean(line)}\n`);
}

/** Aligns the cells of each column. */
export function alignColumns(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
