import type { SendOutcome } from "../domain/channel/channel.ts";
import { isForDigest } from "../domain/job/notifications.ts";
import type { OutgoingNotification, Ports } from "../ports.ts";
import type { Found } from "./pending-notifications.ts";

const NOT_DELIVERED = {
  throttled: "SendsThrottled",
  failed: "SendsFailed",
  unknown: "SendsUnclear",
  partly: "SendsFailed",
  rejected: "SendsFailed",
  refused: "LayoutsRefused",
  dead: "SendsDead",
} as const;

/** One line and one count for what became of a message; where it was delivered, one more for each notification. */
export function noteSend(
  { log, metrics, clock }: Pick<Ports, "log" | "metrics" | "clock">,
  message: { channel: string; messageId: string },
  batch: Found["notifications"],
  outcome: SendOutcome,
): void {
  const reason = "reason" in outcome ? { reason: outcome.reason } : {};
  log.info("message sent", { ...message, notifications: batch.length, outcome: outcome.kind, ...reason });
  if (outcome.kind !== "delivered") metrics.count(NOT_DELIVERED[outcome.kind], 1);
  const taken = takenOf(batch, outcome);
  if (taken.length > 0) metrics.count("NotificationsDelivered", taken.length);
  for (const { notification, since } of taken) {
    if (!isForDigest(notification.notificationId)) metrics.age("DeliveryDelay", Math.max(clock.now() - since, 0) / 1_000);
    log.info("told", { ...message, notificationId: notification.notificationId, ...namesOf(notification) });
  }
}

function takenOf(batch: Found["notifications"], outcome: SendOutcome): Found["notifications"] {
  if (outcome.kind === "partly") return batch.filter(({ notification }) => !outcome.rejected.has(notification.notificationId));
  return outcome.kind === "delivered" ? batch : [];
}

function namesOf(notification: OutgoingNotification): Record<string, unknown> {
  const { kind, n } = notification.transition;
  if (notification.kind !== "job") return { n, kind };
  const { jobId, team, correlationId } = notification.job;
  return { jobId, team, correlationId, n, kind };
}
