import type { Lease, Ports } from "../ports.ts";

type Deps = Pick<Ports, "table" | "clock" | "log">;

export interface Permit {
  /** Gives the permit back. Never throws: one that cannot be given back is free after its lease. */
  release(): Promise<void>;
}

interface Wanted {
  team: string;
  /** Each kind has its own permits. */
  kind: string;
  /** How many of the kind a team has. */
  count: number;
  /** Must be later than the work can end. */
  until: number;
}

/**
 * Takes one of a team's permits, which all instances share; undefined where all are taken. Costs one write as a rule, and
 * one for each permit where all are taken. Permits of dead requests are free after their lease.
 */
export async function takePermit(
  { table, clock, log }: Deps,
  { team, kind, count, until }: Wanted,
): Promise<Permit | undefined> {
  const owner = crypto.randomUUID();
  const first = clock.now() % count;
  for (let index = 0; index < count; index++) {
    const lease: Lease = { pk: `limit#${team}#${kind}#${(first + index) % count}`, owner, until };
    if (!(await table.takeLease(lease))) continue;
    return {
      release: async () => {
        await table.renewLease({ ...lease, until: 0 }).catch((error: Error) => {
          log.warn("a permit could not be given back", { team, kind, error: error.name });
        });
      },
    };
  }
  return undefined;
}
