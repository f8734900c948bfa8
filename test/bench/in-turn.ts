/**
 * Runs each measurement once per round, one after the other, so that other load on the machine affects all of them equally. Returns one figure
 * per round for each.
 */
export async function inTurn<Name extends string, Figure>(
  rounds: number,
  measurements: Record<Name, () => Promise<Figure>>,
): Promise<Record<Name, Figure[]>> {
  const figures = {} as Record<Name, Figure[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(measurements) as Name[]) {
      figures[name] ??= [];
      figures[name].push(await measurements[name]());
    }
  }
  return figures;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Returns the median of the rounds' ratios. A slow minute of the machine affects both sides of a ratio. */
export function ratioOf<Figure>(ours: Figure[], baseline: Figure[], value: (figure: Figure) => number): number {
  return median(ours.map((figure, round) => value(figure) / value(baseline[round] as Figure)));
}
