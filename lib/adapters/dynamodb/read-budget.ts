/** Read units included in a request: 512 KB of jobs, strongly consistent. Each further part of this size costs another request. */
const UNITS_PER_REQUEST = 128;
/** Limit of one request: 4 MB of jobs. */
const MAX_UNITS = 1_024;

/** Counts the read units of a request, and charges those beyond UNITS_PER_REQUEST. */
export interface ReadBudget {
  spend(units: number | undefined): void;
  /** Charges what was read. Returns false if the request must stop reading. */
  mayContinue(): Promise<boolean>;
}

/** `charge` consumes further requests of the team. It rejects if none are left. */
export function createReadBudget(charge: (requests: number) => Promise<void> = async () => {}): ReadBudget {
  let spent = 0;
  let paid = UNITS_PER_REQUEST;
  return {
    spend: (units = 0) => {
      spent += units;
    },
    async mayContinue() {
      const due = Math.ceil((spent - paid) / UNITS_PER_REQUEST);
      if (due > 0) {
        const isPaid = await charge(due).then(
          () => true,
          () => false,
        );
        if (!isPaid) return false;
        paid += due * UNITS_PER_REQUEST;
      }
      return spent < MAX_UNITS;
    },
  };
}
