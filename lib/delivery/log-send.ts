import type { SendOutcome } from "../domain/channel/send-outcome.ts";
import { isForDigest } from "../domain/job/notifications.ts";
import type { OutgoingNotification } from "../domain/notification.ts";
import type { Ports } from "../ports.ts";
import type { PendingNotification } from "./pending-notifications.ts";

const NOT_DELIVERED = {
  throttled: "SendsThrottled",
  failed: "SendsFailed",
  unknown: "SendsUnclear",
  partly: "SendsFailed",
  rejected: "SendsFailed",
  refused: "LayoutsRefused",
  dead: "SendsDead",
} as const;

/** Logs and counts the result of a send, then each notification that was delivered. */
export function logSend(
  { log, metrics, clock }: Pick<Ports, "log" | "metrics" | "clock">,
  message: { channel: string; messageId: string },
  batch: PendingNotification[],
  outcome: SendOutcome,
): void {
  const reason = "reason" in outcome ? { reason: outcome.reason } : {};
  log.info("message sent", { ...message, notifications: batch.length, outcome: outcome.kind, ...reason });
  if (outcome.kind !== "delivered") metrics.count(NOT_DELIVERED[outcome.kind], 1);
  const accepted = acceptedOf(batch, outcome);
  if (accepted.length > 0) metrics.count("NotificationsDelivered", accepted.length);
  for (const { notification, since } of accepted) {
    if (!isForDigest(notification.notificationId)) metrics.age("DeliveryDelay", Math.max(clock.now() - since, 0) / 1_000);
    log.info("notification delivered", { ...message, notificationId: notification.notificationId, ...fieldsOf(notification) });
  }
}

function acceptedOf(batch: PendingNotification[], outcome: SendOutcome): PendingNotification[] {
  if (outcome.kind === "partly") return batch.filter(({ notification }) => !outcome.rejected.has(notification.notificationId));
  return outcome.kind === "delivered" ? batch : [];
}

function fieldsOf(notification: OutgoingNotification): Record<string, unknown> {
  const { kind, n } = notification.transition;
  if (notification.kind !== "job") return { n, kind };
  const { jobId, team, correlationId } = notification.job;
  return { jobId, team, correlationId, n, kind };
}
