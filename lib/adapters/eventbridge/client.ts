import { createHash, randomUUID } from "node:crypto";
import type { SendOutcome } from "../../domain/channel/send-outcome.ts";
import { eventOf, type JobwatchEvent, minimalEventOf, type PageOf, testEvent } from "../../domain/job/job-event.ts";
import type { OutgoingNotification } from "../../domain/notification.ts";
import { jobPk } from "../../domain/table-keys.ts";
import type { Destination, Log, MessageMeta } from "../../ports.ts";
import { outcomeOf } from "./outcome.ts";

const TIMEOUT_MS = 4_000;
const SOURCE = "sfs-jobwatch";
const DETAIL_TYPES: Record<JobwatchEvent["type"], string> = {
  "job.state-changed": "SFS Turbo Job State Change",
  "operators.notice": "SFS Jobwatch Notice",
  "watch.notice": "SFS Jobwatch Watch Notice",
  test: "SFS Jobwatch Test",
};
/** Limits of one PutEvents: 10 entries and 256 KB, less a reserve for names and times. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 250_000;

interface EventBusOptions {
  log: Log;
  now: () => number;
  pageOf?: PageOf | undefined;
  endpoint?: string | undefined;
  timeoutMs?: number;
}

/** One event bus of EventBridge. Its channel gets every transition, independent of the options of a job. */
export function createEventBus(busName: string | undefined, options: EventBusOptions): Destination {
  const { log, now, pageOf, endpoint, timeoutMs = TIMEOUT_MS } = options;

  /** One entry per job: EventBridge may process entries of one request out of order. */
  function batchSizeOf(_: string, notifications: OutgoingNotification[]): number {
    const jobs = new Set<string>();
    let bytes = 0;
    for (const [index, notification] of notifications.entries()) {
      const about = notification.kind === "job" ? jobPk(notification.job) : notification.kind;
      bytes += Buffer.byteLength(JSON.stringify(eventOf(notification, false, pageOf)));
      if (index > 0 && (index === MAX_ENTRIES || jobs.has(about) || bytes > MAX_BYTES)) return index;
      jobs.add(about);
    }
    return Math.max(notifications.length, 1);
  }

  async function send(
    channel: string,
    notifications: OutgoingNotification[],
    { plain, minimal }: MessageMeta,
  ): Promise<SendOutcome> {
    if (busName === undefined) return { kind: "dead", reason: "no event bus is configured for this channel" };
    const { putEvents } = await import("./put-events.ts");
    const jobEvents = notifications.map((notification) =>
      minimal ? minimalEventOf(notification) : eventOf(notification, plain, pageOf),
    );
    const events = jobEvents.length > 0 ? jobEvents : [testEvent(`test_${randomUUID()}`, now())];
    const sent = events.slice(0, batchSizeOf(channel, notifications));
    const entries = sent.map((event) => entryOf(event, busName));
    const outcome = outcomeOf(
      await putEvents(entries, endpoint, timeoutMs),
      sent.map(({ id }) => id),
    );
    if (outcome.kind !== "delivered") log.warn("event bus did not accept all events", { channel, ...outcome });
    return withUnsent(outcome, sent, events.slice(sent.length));
  }

  return {
    maxBatchSize: batchSizeOf,
    minSendIntervalMs: () => 0,
    oneByOne: () => false,
    address: () => (busName === undefined ? "" : createHash("sha256").update(busName).digest("hex").slice(0, 8)),
    preview: (_, notifications, { plain }) => notifications.map((notification) => eventOf(notification, plain, pageOf)),
    send,
  };
}

function entryOf(event: JobwatchEvent, busName: string): object {
  return {
    EventBusName: busName,
    Source: SOURCE,
    DetailType: DETAIL_TYPES[event.type],
    Time: Math.floor(Date.parse(event.timestamp) / 1_000),
    Detail: JSON.stringify(event),
  };
}

/** Adds the events that did not fit as rejected. Happens only if the message was written for a channel of another kind. */
function withUnsent(outcome: SendOutcome, sent: JobwatchEvent[], unsent: JobwatchEvent[]): SendOutcome {
  if (unsent.length === 0 || (outcome.kind !== "delivered" && outcome.kind !== "partly")) return outcome;
  const rejected = outcome.kind === "partly" ? [...outcome.rejected] : [];
  const reason = outcome.kind === "partly" ? outcome.reason : `only ${sent.length} events fit at once`;
  return { kind: "partly", rejected: new Set([...rejected, ...unsent.map(({ id }) => id)]), reason };
}
