interface Osls {
  service: { functions: { poll: { reservedConcurrency?: number } } };
  classes: { Error: new (message: string) => Error };
}

/**
 * A plugin of serverless.yml. POLLER_CONCURRENCY is the number of concurrent executions to reserve for the poller. If it is unset, the
 * template has no reservation, since AWS rejects any in an account with a small quota.
 */
export default class ReservePoller {
  readonly hooks: Record<string, () => void>;

  constructor(osls: Osls) {
    this.hooks = {
      initialize: () => {
        const { POLLER_CONCURRENCY: value = "", POLL_SEGMENTS: segments = "" } = process.env;
        if (value.trim() === "") return;
        const least = 1 + Number(segments.trim() || 1);
        const count = Number(value);
        if (!Number.isInteger(count) || count < least)
          throw new osls.classes.Error(`POLLER_CONCURRENCY must be a whole number of at least ${least}: POLL_SEGMENTS and 1.`);
        osls.service.functions.poll.reservedConcurrency = count;
      },
    };
  }
}
