import type { TickHandler } from "../../../functions/poll/tick.ts";

// Runs one tick of the handler in the given module in a process of its own. Sends its peak memory in bytes to the parent.

const { handler }: { handler: TickHandler } = await import(process.argv[2] ?? "");
const endsAt = Date.now() + 58_000;
const context = { awsRequestId: `${process.pid}`, functionName: "poll", getRemainingTimeInMillis: () => endsAt - Date.now() };
await handler({ segment: 0 }, context);
process.send?.(process.resourceUsage().maxRSS * 1_024);
process.disconnect();
