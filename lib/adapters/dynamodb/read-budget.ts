/** A usual request reads up to so many units: 512 KB of jobs, strongly consistent. So much more counts as another request. */
const UNITS_A_REQUEST = 128;
/** No request goes on beyond: 4 MB of jobs. */
const MOST_UNITS = 1_024;

/** Counts what a request reads from the table, and charges what is more than usual. */
export interface ReadBudget {
  spend(units: number | undefined): void;
  /** Charges what was read. False where the request must read no further. */
  mayContinue(): Promise<boolean>;
}

/** `charge` counts as so many more requests of the team, and rejects where it has none left. */
export function createReadBudget(charge: (requests: number) => Promise<void> = async () => {}): ReadBudget {
  let spent = 0;
  let paid = UNITS_A_REQUEST;
  return {
    spend: (units = 0) => {
      spent += units;
    },
    async mayContinue() {
      const due = Math.ceil((spent - paid) / UNITS_A_REQUEST);
      if (due > 0) {
        const isPaid = await charge(due).then(
          () => true,
          () => false,
        );
        if (!isPaid) return false;
        paid += due * UNITS_A_REQUEST;
      }
      return spent < MOST_UNITS;
    },
  };
}
