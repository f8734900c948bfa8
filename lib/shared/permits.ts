import type { Ports } from "../ports.ts";
import type { Lease, LeaseStore } from "../table-ports.ts";

type Deps = Pick<Ports, "clock" | "log"> & { table: LeaseStore };

export interface Permit {
  /** Never throws. A permit that cannot be released is free after its lease. */
  release(): Promise<void>;
}

interface Wanted {
  team: string;
  /** Each kind has its own permits. */
  kind: string;
  /** The number of permits of this kind per team. */
  count: number;
  /** Must be later than the end of the work. */
  until: number;
}

/**
 * Takes one of a team's permits, which all instances share. Returns undefined if all are taken. Usually costs one write, or one per
 * permit if all are taken. Permits of crashed requests are free after their lease.
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
          log.warn("a permit could not be released", { team, kind, error: error.name });
        });
      },
    };
  }
  return undefined;
}
