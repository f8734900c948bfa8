/**
 * Measures each subject once a round, one after the other: whatever else the machine does falls on all of them alike. Gives
 * each one's figures, a list as long as there were rounds.
 */
export async function inTurn<Name extends string, Figure>(
  rounds: number,
  stored: Record<Name, () => Promise<Figure>>,
): Promise<Record<Name, Figure[]>> {
  const figures = {} as Record<Name, Figure[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(stored) as Name[]) {
      figures[name] ??= [];
      figures[name].push(await stored[name]());
    }
  }
  return figures;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The median of each round's own ratio: a slow minute of the machine is in both halves of it. */
export function ratioOf<Figure>(ours: Figure[], peer: Figure[], value: (figure: Figure) => number): number {
  return median(ours.map((figure, round) => value(figure) / value(peer[round] as Figure)));
}
