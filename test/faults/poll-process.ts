import { handler } from "../../functions/poll/handler.ts";

// One tick in a process of its own, as the platform would run it: for tests that kill it.

const startedAt = Date.now();
await handler(
  { segment: 0 },
  {
    awsRequestId: `process-${process.pid}`,
    functionName: "poll",
    getRemainingTimeInMillis: () => 58_000 - (Date.now() - startedAt),
  },
);
