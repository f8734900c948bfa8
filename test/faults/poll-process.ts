import type { TickHandler } from "../../functions/poll/tick.ts";

// The poll function in a process of its own, run as on the platform, for tests that kill it:
// `poll-process.ts <module of the handler> [each-minute]`.

// The parent may be killed too.
process.once("disconnect", () => process.exit());
process.channel?.unref();

const [module = "", each] = process.argv.slice(2);
const { handler }: { handler: TickHandler } = await import(module);

for (let tick = 1; ; tick++) {
  const startedAt = Date.now();
  const ticked = handler(
    { segment: 0 },
    {
      awsRequestId: `process-${process.pid}-${tick}`,
      functionName: "poll",
      getRemainingTimeInMillis: () => 58_000 - (Date.now() - startedAt),
    },
  );
  if (each !== "each-minute") {
    await ticked;
    break;
  }
  await ticked.catch((error) => process.stderr.write(`${error}\n`));
  await new Promise((resolve) => setTimeout(resolve, Math.max(startedAt + 60_000 - Date.now(), 0)));
}
