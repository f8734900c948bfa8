import { html } from "hono/html";
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

/** Renders the distribution of the last durations of a job type. */
export function histogram({ source, jobType, durations }: LearnedType): Html {
  const taken = [...durations.values()];
  const [least, most] = [Math.min(...taken), Math.max(...taken)];
  const counts = countsOf(taken, least, most);
  const tallest = Math.max(...counts);
  const typical = typicalDurationOf(durations);
  const words = typical ? `typically ${range(typical.lowMs, typical.highMs)}` : "too few for an estimate";
  const bars = counts.map((count, bin) => {
    const height = Math.round((count / tallest) * HEIGHT);
    const [x, width] = [bin * (WIDTH / BINS), WIDTH / BINS - 2];
    return html`<rect class="hist" x="${x}" y="${HEIGHT - height}" width="${width}" height="${height}" rx="1.5"/>`;
  });
  return html`<div class="card">
<small>${typeName(jobType)} (${nounOf(source)})</small>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="100%" height="${HEIGHT}" preserveAspectRatio="none"
 role="img" aria-label="${taken.length} jobs took ${duration(least)} to ${duration(most)}">${bars}</svg>
<p class="range"><span>${duration(least)}</span><span>${duration(most)}</span></p>
<small>${taken.length === 1 ? "1 job" : `${taken.length} jobs`}, ${words}</small>
</div>`;
}

function countsOf(taken: number[], least: number, most: number): number[] {
  const counts = Array.from({ length: BINS }, () => 0);
  for (const ms of taken) {
    const bin = most === least ? BINS >> 1 : Math.min(Math.floor(((ms - least) / (most - least)) * BINS), BINS - 1);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}
