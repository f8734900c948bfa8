interface Osls {
  service: { functions: { poll: { reservedConcurrency?: number } } };
  classes: { Error: new (message: string) => Error };
}

/**
 * A plugin of serverless.yml: POLLER_CONCURRENCY reserves so many concurrent executions for the poller. Without it the
 * template has no such property, since AWS refuses any reservation in an account with a small quota.
 */
export default class ReservePoller {
  readonly hooks: Record<string, () => void>;

  constructor(osls: Osls) {
    this.hooks = {
      initialize: () => {
        const { POLLER_CONCURRENCY: given = "", POLL_SEGMENTS: segments = "" } = process.env;
        if (given.trim() === "") return;
        const least = 1 + Number(segments.trim() || 1);
        const count = Number(given);
        if (!Number.isInteger(count) || count < least)
          throw new osls.classes.Error(`POLLER_CONCURRENCY must be a whole number from ${least} on: 1 and POLL_SEGMENTS.`);
        osls.service.functions.poll.reservedConcurrency = count;
      },
    };
  }
}
