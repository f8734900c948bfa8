import type { OperatorTransition } from "./health/operator-notice.ts";
import type { Job, Transition } from "./job/job.ts";

/** One notification with everything that its message needs. */
export type OutgoingNotification =
  /** `keptBy`: this is a copy for the operators, and the suspended channel keeps the original. */
  | { kind: "job"; notificationId: string; job: Job; transition: Transition; keptBy?: string }
  | { kind: "reachability"; notificationId: string; projectId: string; service: string; transition: OperatorTransition }
  | { kind: "channel"; notificationId: string; channel: string; transition: OperatorTransition }
  | { kind: "service"; notificationId: string; transition: OperatorTransition }
  | { kind: "watches"; notificationId: string; team: string; transition: OperatorTransition };
