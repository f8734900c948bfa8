export interface Series {
  name: string;
  colour: string;
  points: [x: number, y: number][];
  /** Draws points instead of a line, each with a label. */
  labels?: string[];
}

export interface Panel {
  title: string;
  series: Series[];
  x: Axis;
  y: Axis;
}

interface Axis {
  name: string;
  /** Ticks of the logarithmic axis, from end to end. */
  ticks: number[];
}

const WIDTH = 330;
const HEIGHT = 330;
const LEFT = 60;
const TOP = 70;
const GAP = 85;

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 16px; font-weight: 600; } .panel { font-weight: 600; }
  .grid { stroke: #d0d7de; } .paper { fill: #ffffff; }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .grid { stroke: #3d444d; } .paper { fill: #0d1117; } }`;

/** Draws panels side by side with logarithmic axes and one legend below. */
export function drawPanels(title: string, panels: Panel[]): string {
  const width = LEFT + panels.length * WIDTH + (panels.length - 1) * GAP + 60;
  const height = TOP + HEIGHT + 110;
  const legend = (panels[0]?.series ?? []).map(legendEntry).join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${title}</title><style>${STYLE}</style><rect class="paper" width="${width}" height="${height}"/>`,
    `<text class="title" x="${LEFT}" y="28">${title}</text>`,
    ...panels.map((panel, index) => `<g transform="translate(${LEFT + index * (WIDTH + GAP)} ${TOP})">${drawPanel(panel)}</g>`),
    `<g transform="translate(${LEFT} ${TOP + HEIGHT + 70})">${legend}</g>`,
    "</svg>\n",
  ].join("\n");
}

function drawPanel({ title, series, x, y }: Panel): string {
  const across = scale(x, WIDTH);
  const down = scale(y, HEIGHT);
  const place = ([calls, delay]: [number, number]): [number, number] => [across(calls), HEIGHT - down(delay)];
  return [
    `<text class="panel" y="-14">${title}</text>`,
    ...x.ticks.map(
      (tick) => gridLine(across(tick), 0, across(tick), HEIGHT) + word(across(tick), HEIGHT + 18, short(tick), "middle"),
    ),
    ...y.ticks.map((tick) => {
      const at = HEIGHT - down(tick);
      return gridLine(0, at, WIDTH, at) + word(-8, at + 4, short(tick), "end");
    }),
    word(WIDTH / 2, HEIGHT + 40, x.name, "middle"),
    `<text transform="translate(-42 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${y.name}</text>`,
    ...series.map((one) => drawSeries(one, place)),
  ].join("\n");
}

function drawSeries({ colour, points, labels }: Series, place: (point: [number, number]) => [number, number]): string {
  const placed = points.map(place).map(([x, y]) => [Number(x.toFixed(1)), Number(y.toFixed(1))] as const);
  if (!labels) return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${placed.join(" ")}"/>`;
  return placed
    .map(
      ([x, y], index) =>
        `<circle cx="${x}" cy="${y}" r="5" fill="${colour}"/>${word(x + 9, y + (index === 0 ? -8 : 17), labels[index] ?? "", "start")}`,
    )
    .join("");
}

function legendEntry({ name, colour, labels }: Series, index: number): string {
  const [x, y] = [(index % 3) * 330, Math.floor(index / 3) * 22];
  const symbol = labels
    ? `<circle cx="${x + 10}" cy="${y - 4}" r="5" fill="${colour}"/>`
    : `<path d="M${x} ${y - 4}h20" stroke="${colour}" stroke-width="2"/>`;
  return symbol + word(x + 28, y, name, "start");
}

function scale({ ticks }: Axis, length: number): (value: number) => number {
  const [first = 1, last = 1] = [ticks[0], ticks.at(-1)];
  return (value) => (Math.log(value / first) / Math.log(last / first)) * length;
}

function gridLine(x: number, y: number, toX: number, toY: number): string {
  return `<path class="grid" d="M${x.toFixed(1)} ${y.toFixed(1)}L${toX.toFixed(1)} ${toY.toFixed(1)}"/>`;
}

function word(x: number, y: number, text: string | number, anchor: "start" | "middle" | "end"): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${text}</text>`;
}

/** `10K`, `1M` */
function short(value: number): string {
  return value.toLocaleString("en", { notation: "compact" });
}
