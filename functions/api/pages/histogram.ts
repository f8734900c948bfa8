import { html } from "hono/html";
import { counted } from "../../../lib/domain/counted.ts";
import { typeName } from "../../../lib/domain/job/job-types.ts";
import { nounOf } from "../../../lib/domain/job/sources.ts";
import type { Durations } from "../../../lib/domain/schedule/durations.ts";
import { typicalDurationOf } from "../../../lib/domain/schedule/typical-duration.ts";
import { duration, range } from "../../../lib/domain/time-words.ts";
import type { Html } from "./layout.ts";

export interface LearnedType {
  source: string;
  jobType: string;
  durations: Durations;
}

const BINS = 12;
const [WIDTH, HEIGHT] = [216, 48];

/** One row: how long the last jobs of a type took. Few jobs, or jobs that took equally long, have no distribution to show. */
export function durationRow({ source, jobType, durations }: LearnedType): Html {
  const taken = [...durations.values()];
  const [least, most] = [Math.min(...taken), Math.max(...taken)];
  const typical = typicalDurationOf(durations);
  const isSpread = duration(least) !== duration(most);
  const words = typical ? `typically ${range(typical.lowMs, typical.highMs)}` : "too few for an estimate";
  const count = counted(taken.length, "job");
  return html`<li id="d-${source}-${jobType}">
<div>${typeName(jobType)}<small>${nounOf(source)}</small></div>
<div>${typical && isSpread && histogram(taken, least, most)}</div>
<div>${words}<small>${count}, ${isSpread ? `${duration(least)} to ${duration(most)}` : duration(most)}</small></div>
</li>`;
}

function histogram(taken: number[], least: number, most: number): Html {
  const counts = countsOf(taken, least, most);
  const tallest = Math.max(...counts);
  const bars = counts.map((count, bin) => {
    const height = Math.round((count / tallest) * HEIGHT);
    const [x, width] = [bin * (WIDTH / BINS), WIDTH / BINS - 2];
    return html`<rect class="hist" x="${x}" y="${HEIGHT - height}" width="${width}" height="${height}" rx="1.5"/>`;
  });
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none"
 role="img" aria-label="${taken.length} jobs took ${duration(least)} to ${duration(most)}">${bars}</svg>`;
}

function countsOf(taken: number[], least: number, most: number): number[] {
  const counts = Array.from({ length: BINS }, () => 0);
  for (const ms of taken) {
    const bin = Math.min(Math.floor(((ms - least) / (most - least)) * BINS), BINS - 1);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}
