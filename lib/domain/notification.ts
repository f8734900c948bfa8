import type { OperatorTransition } from "./health/operator-notice.ts";
import type { Job, Transition } from "./job/job.ts";

/** One notification with everything that its message needs. */
export type OutgoingNotification =
  | { kind: "job"; notificationId: string; job: Job; transition: Transition }
  | { kind: "reachability"; notificationId: string; projectId: string; service: string; transition: OperatorTransition }
  | { kind: "channel"; notificationId: string; channel: string; transition: OperatorTransition }
  | { kind: "service"; notificationId: string; transition: OperatorTransition }
  | { kind: "watches"; notificationId: string; team: string; transition: OperatorTransition };
