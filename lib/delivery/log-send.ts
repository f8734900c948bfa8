import type { SendOutcome } from "../domain/channel/channel.ts";
import { isForDigest } from "../domain/job/notifications.ts";
import type { Ports, Telling } from "../ports.ts";
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
  told: Found["tellings"],
  outcome: SendOutcome,
): void {
  const reason = "reason" in outcome ? { reason: outcome.reason } : {};
  log.info("message sent", { ...message, notifications: told.length, outcome: outcome.kind, ...reason });
  if (outcome.kind !== "delivered") metrics.count(NOT_DELIVERED[outcome.kind], 1);
  const taken = takenOf(told, outcome);
  if (taken.length > 0) metrics.count("NotificationsDelivered", taken.length);
  for (const { telling, since } of taken) {
    if (!isForDigest(telling.notificationId)) metrics.age("TellDelay", Math.max(clock.now() - since, 0) / 1_000);
    log.info("told", { ...message, notificationId: telling.notificationId, ...namesOf(telling) });
  }
}

function takenOf(told: Found["tellings"], outcome: SendOutcome): Found["tellings"] {
  if (outcome.kind === "partly") return told.filter(({ telling }) => !outcome.rejected.has(telling.notificationId));
  return outcome.kind === "delivered" ? told : [];
}

function namesOf(telling: Telling): Record<string, unknown> {
  const { kind, n } = telling.transition;
  if (telling.kind !== "job") return { n, kind };
  const { jobId, team, correlationId } = telling.job;
  return { jobId, team, correlationId, n, kind };
}
