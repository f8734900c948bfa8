import type { Row } from "./row.ts";

const HEAD = ["row", "ours", "against", "ratio", "goal", "", "measured on"];

/** Returns the rows as a Markdown table with aligned columns. */
export function table(rows: Row[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  const [head = [], ...body] = cells;
  return [line(head), rule, ...body.map(line)].join("\n");
}

function cellsOf({ name, ours, baseline, ratio, goal, met, note }: Row): string[] {
  const cells = [
    name,
    ours,
    baseline,
    ratio === undefined ? "" : `${ratio.toFixed(2)} x`,
    goal,
    met ? "met" : "MISSED",
    note ?? "",
  ];
  return cells.map((cell) => cell.replaceAll("|", "/"));
}
