import { expect } from "vitest";

// Counts that must not grow unnoticed, one per line. `npm run bench` measures times, and counts units on AWS's own engine, with the indexes.

/** Name: [maximum, unit, reason]. */
const BUDGETS = {
  pollerBundle: [
    373_000,
    "bytes that importing the poller loads",
    "they are most of a start; rare parts load when they are used",
  ],
  apiBundle: [437_000, "bytes that importing the API loads", "they are most of a cold start"],
  bundledDynamodb: [35_000, "bytes of @aws-sdk/client-dynamodb", "with more, the bundler did not drop the unused commands"],
  bundledSmithy: [100_000, "bytes of @smithy/core", "with more, the bundler did not drop the unused protocols"],
  lazyPages: [10_000, "bytes of the pages in the API's start", "API calls do not need them"],
  lazyOpenapi: [10_000, "bytes of docs/openapi.json in the API's start", "only its own route needs it"],

  lifeWrites: [4, "write units for one job: registered, running, success, delivered", "each of these is one write"],
  stepWrites: [2.5, "further write units per poll that shows a new sub job", "it is one write, of 1 to 3 KB"],
  lifeWritesBeside: [3, "write units beside the job", "the channel is claimed and cleared, and the duration learned"],
  lifeReads: [5, "read units for one job", "the poll, the delivery and the confirmation read it, strongly consistent"],
  unchangedWrites: [2, "write units of a tick in which 100 polls show nothing new", "only the lease is taken and closed"],
  unchangedReads: [1, "read units of such a tick beside its sweeps", "only the reachability of the service is read"],
  sweepReads: [21, "read units of a sweep over 1,000 open jobs", "an index entry has 165 bytes, and 8 KB cost one unit"],
  idleReads: [22, "read units of a tick with 1,000 jobs of a suspended channel", "one sweep and the channel, but no job"],
  idleWrites: [2, "write units of such a tick", "only the lease is taken and closed"],

  cloudSockets: [49, "sockets of a tick to the cloud, with POLL_CONCURRENCY=48", "one per poll at once, and one to sign in"],

  jobListBytes: [27_500, "bytes of the page / with seven jobs", "each state is a link, and it has a style of its own"],
  jobListGzip: [7_700, "bytes of that page with gzip", "it should fit in the first packets of a connection, about 14 KB"],
  listReads: [310, "read units of the page / with 2,000 open jobs", "150 jobs are shown, and 2,500 keys are read from indexes"],
  listBytes: [130_000, "bytes of that page", "a row has 500 to 700 bytes"],
  searchReads: [
    850,
    "read units of a search among 2,000 open jobs",
    "a view reads two lists, and is charged for four requests more",
  ],
  jobPageBytes: [30_000, "bytes of the page of a job with three sub jobs", "it has the style of all pages, and its own"],
  jobPageGzip: [8_600, "bytes of that page with gzip", "it should fit in the first packets of a connection, about 14 KB"],
} as const satisfies Record<string, readonly [most: number, unit: string, reason: string]>;

export type Budget = keyof typeof BUDGETS;

export function expectWithin(name: Budget, count: number, details = ""): void {
  const [most, unit, reason] = BUDGETS[name];
  const advice = `To raise the budget, change the line ${name} in test/house/budgets.ts, and its reason.`;
  expect.soft(count, `${count} ${unit}; the budget is ${most}: ${reason}. ${details}\n${advice}\n`).toBeLessThanOrEqual(most);
}
