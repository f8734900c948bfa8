export interface Line {
  name: string;
  color: string;
  points: { x: number; y: number }[];
}

interface Chart {
  title: string;
  xName: string;
  yName: string;
  lines: Line[];
}

const WIDTH = 760;
const HEIGHT = 440;
const PLOT = { left: 70, right: 560, top: 52, bottom: 380 };
const LABEL_GAP = 17;

/** Lines over two logarithmic axes as an SVG that can be read on light and on dark. */
export function logChart({ title, xName, yName, lines }: Chart): string {
  const all = lines.flatMap(({ points }) => points);
  const xDecades = decades(all.map(({ x }) => x));
  const yDecades = decades(all.map(({ y }) => y));
  const x = scale(xDecades, PLOT.left, PLOT.right);
  const y = scale(yDecades, PLOT.bottom, PLOT.top);
  const ends = spread(lines.map(({ points }) => y(points.at(-1)?.y ?? 1)));
  const grid = [
    ...xDecades.map(
      (at) =>
        `<path class="grid" d="M${x(at)} ${PLOT.top}V${PLOT.bottom}"/>${text(x(at), PLOT.bottom + 20, short(at), "middle")}`,
    ),
    ...yDecades.map(
      (at) =>
        `<path class="grid" d="M${PLOT.left} ${y(at)}H${PLOT.right}"/>${text(PLOT.left - 8, y(at) + 4, `$${short(at)}`, "end")}`,
    ),
  ];
  const drawn = lines.map(({ name, color, points }, index) => {
    const path = points.map((point, step) => `${step === 0 ? "M" : "L"}${x(point.x)} ${y(point.y)}`).join("");
    const label = `<text x="${PLOT.right + 10}" y="${(ends[index] ?? 0) + 4}" style="fill:${color}">${name}</text>`;
    return `<path d="${path}" fill="none" stroke="${color}" stroke-width="2.5"/>${label}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${title}">`,
    "<style>text{font:13px system-ui,sans-serif;fill:#57606a}.title{font-size:15px;font-weight:600}.grid{stroke:#8b949e;stroke-opacity:.3}",
    "@media(prefers-color-scheme:dark){text{fill:#9198a1}}</style>",
    `<text class="title" x="${PLOT.left}" y="24">${title}</text>`,
    ...grid,
    ...drawn,
    text((PLOT.left + PLOT.right) / 2, HEIGHT - 14, xName, "middle"),
    text(PLOT.left, PLOT.top - 10, yName, "start"),
    "</svg>\n",
  ].join("\n");
}

function decades(values: number[]): number[] {
  const from = Math.floor(Math.log10(Math.min(...values)));
  const to = Math.ceil(Math.log10(Math.max(...values)));
  return Array.from({ length: to - from + 1 }, (_, step) => 10 ** (from + step));
}

function scale(within: number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.log10(within[0] ?? 1), Math.log10(within.at(-1) ?? 10)];
  return (value) => Math.round((from + ((Math.log10(value) - low) / (high - low)) * (to - from)) * 10) / 10;
}

/** Labels moved down until none stands on another. */
function spread(heights: number[]): number[] {
  const placed = [...heights];
  const order = heights.map((_, index) => index).sort((one, other) => (heights[one] ?? 0) - (heights[other] ?? 0));
  for (const [step, index] of order.entries()) {
    const above = order[step - 1];
    if (above !== undefined) placed[index] = Math.max(placed[index] ?? 0, (placed[above] ?? 0) + LABEL_GAP);
  }
  return placed;
}

function text(x: number, y: number, says: string, anchor: "start" | "middle" | "end"): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${says}</text>`;
}

function short(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1_000 ? `${value / 1_000}k` : String(Number(value.toPrecision(1)));
}
