import { handler } from "../../functions/poll/handler.ts";

// Runs a tick with a 10 s limit in a process of its own. Sends its peak memory in bytes to the parent.

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
