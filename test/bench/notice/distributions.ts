/** The durations of a job type, in seconds. */
export interface Distribution {
  name: string;
  /** Returns the share of jobs that have ended by then. */
  endedBy(seconds: number): number;
  draw(random: () => number): number;
  /** By then all but one in 10,000 jobs have ended. */
  end: number;
}

const LAST = 3.72;

export const A = lognormal("A: median 3 min, p95 20 min", 180, 1.153);
export const B = lognormal("B: median 30 min, p95 200 min", 1_800, 1.153);
export const OTHERS = [
  lognormal("median 3 min, sigma 0.3", 180, 0.3),
  lognormal("median 30 min, sigma 0.3", 1_800, 0.3),
  lognormal("median 3 min, sigma 0.6", 180, 0.6),
  either("70 % of 1 min, 30 % of 30 min", 0.7, lognormal("", 60, 0.1), lognormal("", 1_800, 0.1)),
];

function lognormal(name: string, median: number, sigma: number): Distribution {
  return {
    name,
    endedBy: (seconds) => (seconds > 0 ? normal(Math.log(seconds / median) / sigma) : 0),
    draw: (random) => median * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())),
    end: median * Math.exp(LAST * sigma),
  };
}

function either(name: string, share: number, one: Distribution, other: Distribution): Distribution {
  return {
    name,
    endedBy: (seconds) => share * one.endedBy(seconds) + (1 - share) * other.endedBy(seconds),
    draw: (random) => (random() < share ? one : other).draw(random),
    end: Math.max(one.end, other.end),
  };
}

/** The normal distribution, by the rational approximation 7.1.26 of Abramowitz and Stegun; accurate to 1e-7. */
function normal(z: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2);
  const sum = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (sum * Math.exp((-z * z) / 2)) / 2;
  return z > 0 ? 1 - tail : tail;
}

/** Returns a reproducible generator of numbers in [0, 1) (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
