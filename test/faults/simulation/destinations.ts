import type { SendOutcome } from "../../../lib/domain/channel/send-outcome.ts";
import type { OutgoingNotification } from "../../../lib/domain/notification.ts";
import type { Destination } from "../../../lib/ports.ts";
import type { Plan } from "./plan.ts";
import type { Process } from "./processes.ts";
import type { SlackFate } from "./random-faults.ts";
import { type Simulation, START } from "./simulation.ts";
import { deliveredBy, namesOf, titleOf } from "./sink.ts";

/** The kind of a channel in a plan. beta is not in Slack, so that a job notifies two kinds of destinations. */
function kindOf({ seed }: Plan, channel: string): "slack" | "webhook" | "bus" {
  if (channel !== "beta") return "slack";
  return seed % 2 === 0 ? "webhook" : "bus";
}

export function destinationsOf(simulation: Simulation, process: Process): Destination {
  const { plan, faults, processes, sink, elapsed } = simulation;
  return {
    maxBatchSize: (channel, notifications) => batchSizeOf(plan, channel, notifications),
    minSendIntervalMs: (channel) => (kindOf(plan, channel) === "slack" ? 1_000 : 0),
    oneByOne: (channel) => kindOf(plan, channel) === "webhook",
    address: (channel) => `${channel}${plan.newWebhooks && process.startedAt >= START + plan.quietFrom ? " new" : ""}`,
    preview: () => ({}),
    send: (channel, notifications, { id, plain, digest }) => {
      const { answer, posted, ...timing } = faults.slack(channel, plain);
      const kind = kindOf(plan, channel);
      const batch = notifications.map((notification) => deliveredBy(notification, digest !== undefined));
      const what = `post ${id} to ${channel}: ${namesOf(batch)} (${answer})`;
      const post = () => ({ at: elapsed(), channel, messageId: id, sender: process, wroteFirst: new Set<string>() });
      return processes.operate(process, what, timing, () => {
        // A bus accepts its entries one by one.
        if (kind === "bus" && answer === "failed" && batch.length > 1) {
          const taken = Math.ceil(batch.length / 2);
          sink.receive({ ...post(), notifications: batch.slice(0, taken), answer: "ok", isPart: true }, true);
          return {
            kind: "partly",
            rejected: new Set(notifications.slice(taken).map(({ notificationId }) => notificationId)),
            reason: answer,
          };
        }
        sink.receive({ ...post(), notifications: batch, answer }, posted);
        return outcomeOf(answer, kind);
      });
    },
  };
}

/** A webhook accepts one event per request, a bus one per job. */
function batchSizeOf(plan: Plan, channel: string, notifications: OutgoingNotification[]): number {
  const kind = kindOf(plan, channel);
  const most = kind === "webhook" ? 1 : Math.max(Math.min(notifications.length, plan.maxBatchSize), 1);
  if (kind !== "bus") return most;
  const jobs = notifications.slice(0, most).map((notification) => titleOf(notification));
  const second = jobs.findIndex((job, index) => jobs.indexOf(job) < index);
  return second < 0 ? most : second;
}

function outcomeOf(answer: SlackFate["answer"], kind: ReturnType<typeof kindOf>): SendOutcome {
  switch (answer) {
    case "ok":
      return { kind: "delivered" };
    case "throttled":
      return { kind: "throttled", retryAfterMs: 5_000 };
    case "unanswered":
    case "silent":
      return { kind: "unknown", reason: answer };
    case "refused":
      return { kind: kind === "webhook" ? "rejected" : "refused", reason: answer };
    default:
      return { kind: answer, reason: answer };
  }
}
