import { handler } from "../../functions/poll/handler.ts";

// A tick in a process of its own that has 10 s to live. Tells its parent the most memory that it took, in bytes.

let most = 0;
const watching = setInterval(() => {
  most = Math.max(most, process.memoryUsage().rss);
}, 5);
const endsAt = Date.now() + 10_000;
await handler(
  { segment: 0 },
  { awsRequestId: "memory", functionName: "poll", getRemainingTimeInMillis: () => endsAt - Date.now() },
);
clearInterval(watching);
process.send?.(most);
process.disconnect();
