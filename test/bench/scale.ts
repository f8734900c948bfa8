import { drawPanels } from "./notice/svg.ts";
import {
  coreShare,
  dueIndexCost,
  jobsAMonth,
  type Measured,
  MONTH_SECONDS,
  naiveCost,
  ourCost,
  stepFunctionsCost,
} from "./prices.ts";

/** Polls start only in the first seconds of each minute. */
const POLLING_SECONDS = 52;
const AT_ONCE = 64;
const CLOUD_SECONDS = 0.1;
const SIZES = [100, 1_000, 10_000, 100_000, 1_000_000];
const CLOUD_RATE = 20;
const NOTIFICATIONS_PER_MESSAGE = 200;
/** Units per second of one table partition. */
const PARTITION = { reads: 3_000, writes: 1_000 };

/** Polls per second of one invocation: limited by waiting or by its share of a core, whichever is less. */
function pollsPerSecond({ cpuSeconds, megabytes }: Measured): number {
  return Math.min(AT_ONCE / CLOUD_SECONDS, (1_000 * coreShare(megabytes)) / cpuSeconds);
}

/** Plans half of what an invocation can poll; the other half is for ends, deliveries and failures. */
function segmentsFor(open: number, measured: Measured): number {
  return Math.max(Math.ceil(open / (0.5 * pollsPerSecond(measured) * POLLING_SECONDS)), 1);
}

export function scaleTable(measured: Measured): string {
  const head = [
    "open jobs",
    "polls per second",
    "projects at 20 per second",
    "segments",
    "read units per sweep",
    "write units per second",
    "messages per second",
    "one sweep per tick",
    "sweeps of 5 s",
  ];
  const rows = SIZES.map((open) => {
    const segments = segmentsFor(open, measured);
    const ends = jobsAMonth(open) / MONTH_SECONDS;
    const cells = [
      open.toLocaleString("en"),
      rounded(open / 60),
      Math.ceil(open / 60 / CLOUD_RATE).toLocaleString("en"),
      String(segments),
      rounded((measured.sweepReads * open) / 1_000),
      rounded(ends * measured.lifeWrites),
      rounded(ends / NOTIFICATIONS_PER_MESSAGE),
      dollars(ourCost(open, measured, "one sweep", segments).sum),
      dollars(ourCost(open, measured, "sweeps of 5 s", segments).sum),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [`| ${head.join(" | ")} |`, `|${head.map(() => "---:").join("|")}|`, ...rows].join("\n");
}

/** The limits, from the same figures. */
export function scaleLimits(measured: Measured): string {
  const perJob = measured.sweepReads / 1_000;
  const endsPerOpen = jobsAMonth(1) / MONTH_SECONDS;
  const one = Math.floor(0.5 * pollsPerSecond(measured) * POLLING_SECONDS);
  return [
    `- One invocation of ${measured.megabytes} MB makes ${rounded(pollsPerSecond(measured))} polls per second (${((measured.cpuSeconds / 1_000) * 1e6).toFixed(0)} us of a core each). A segment is planned for half of that, ${one.toLocaleString("en")} jobs.`,
    `- The cloud: at ${CLOUD_RATE} polls per second (\`POLLS_PER_SECOND\`), a project can poll ${(CLOUD_RATE * POLLING_SECONDS).toLocaleString("en")} open jobs once a minute. With more jobs the interval grows.`,
    `- Reads: one partition allows ${PARTITION.reads.toLocaleString("en")} units per second. While the index is one partition (up to 10 GB), a sweep over ${Math.floor(PARTITION.reads / perJob).toLocaleString("en")} open jobs takes at least a second.`,
    `- Writes reach one partition's ${PARTITION.writes.toLocaleString("en")} units per second at ${Math.floor(PARTITION.writes / (measured.lifeWrites * endsPerOpen)).toLocaleString("en")} open jobs. A team's records have 16 keys, so the table splits there by itself, and one team alone can write 16,000.`,
    `- Slack: one message per second, of at most ${NOTIFICATIONS_PER_MESSAGE} notifications, is enough for the ends of ${Math.floor(NOTIFICATIONS_PER_MESSAGE / endsPerOpen).toLocaleString("en")} open jobs on one channel.`,
  ].join("\n");
}

export function costChart(measured: Measured): string {
  const designs: [name: string, colour: string, cost: (open: number, keptEach: number) => number][] = [
    ["a Step Functions loop per job", "#bc4c00", (open) => stepFunctionsCost(open).sum],
    ["naive scan", "#9a6700", (open, keptEach) => naiveCost(open, keptEach).sum],
    ["due-time index", "#8250df", (open) => dueIndexCost(open, measured).sum],
    [
      "sfs-jobwatch, sweeps of 5 s",
      "#0969da",
      (open) => ourCost(open, measured, "sweeps of 5 s", segmentsFor(open, measured)).sum,
    ],
    [
      "sfs-jobwatch, one sweep per tick",
      "#1a7f37",
      (open) => ourCost(open, measured, "one sweep", segmentsFor(open, measured)).sum,
    ],
  ];
  const panel = (
    title: string,
    name: string,
    at: number[],
    cost: (design: (typeof designs)[number][2], x: number) => number,
  ) => ({
    title,
    x: { name, ticks: at },
    y: { name: "dollars per month", ticks: [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000] },
    series: designs.map(([design, colour, segmentCount]) => ({
      name: design,
      colour,
      points: at.map((x): [number, number] => [x, cost(segmentCount, x)]),
    })),
  });
  const sizes = panel(
    "100 finished jobs kept for each open one",
    "open jobs",
    [1_000, 10_000, 100_000, 1_000_000],
    (segmentCount, open) => segmentCount(open, 100),
  );
  const kept = panel("1,000 open jobs", "finished jobs kept", [1_000, 10_000, 100_000, 1_000_000], (segmentCount, finished) =>
    segmentCount(1_000, finished / 1_000),
  );
  return drawPanels("What tracking costs, each open job polled once a minute", [sizes, kept]);
}

function rounded(value: number): string {
  return value >= 10 ? Math.round(value).toLocaleString("en") : value.toPrecision(2);
}

function dollars(value: number): string {
  return `$${value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(2)}`;
}
