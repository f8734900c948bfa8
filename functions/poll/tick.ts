import { randomUUID } from "node:crypto";
import type { Context, ScheduledEvent } from "aws-lambda";
import { pollJobs, type TickReport } from "../../lib/poll/poll-jobs.ts";
import { sendHeartbeat } from "../../lib/poll/send-heartbeat.ts";
import type { Services } from "../../lib/services.ts";
import { fanOut } from "./fan-out.ts";

/** The event of the schedule, or of one segment, sent by the scheduled invocation. */
export type TickEvent = ScheduledEvent | { segment: number };
export type TickHandler = (
  event: TickEvent,
  context: Pick<Context, "awsRequestId" | "functionName" | "getRemainingTimeInMillis">,
) => Promise<TickReport | undefined>;

/** The timeout of the function in serverless.yml. */
const TIMEOUT_MS = 58_000;

export function createTickHandler(services: Services): TickHandler {
  const { config, metrics } = services;
  const { segments, pollConcurrency, pollsPerSecond } = config.poll;
  return async (event, context) => {
    const clock = services.clock.steady?.() ?? services.clock;
    const startedAt = clock.now();
    if (segments > 1 && !("segment" in event)) {
      await fanOut(context.functionName, segments, config.lambdaEndpoint);
      return undefined;
    }
    const tick = {
      segment: "segment" in event ? event.segment : 0,
      segmentCount: segments,
      // Two deliveries of one event have the same request id.
      owner: `${context.awsRequestId}/${randomUUID()}`,
      startedAt,
      // The platform uses the machine's clock too. If that was set back, it reports more time than an invocation can have.
      endsAt: startedAt + Math.min(context.getRemainingTimeInMillis(), TIMEOUT_MS),
    };
    try {
      const report = await pollJobs(
        { ...services, clock },
        { concurrency: pollConcurrency, pollsPerSecond, rules: config.rules },
        tick,
      );
      if (report.finished) await sendHeartbeat({ ...services, clock }, tick);
      return report;
    } finally {
      metrics.flush();
    }
  };
}
