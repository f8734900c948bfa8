import type { OperatorTransition } from "./health/operator-notice.ts";
import type { Job, Transition } from "./job/job.ts";

/** One alert with all that its message says. */
export type Telling =
  | { kind: "job"; alertId: string; job: Job; transition: Transition }
  | { kind: "reachability"; alertId: string; projectId: string; service: string; transition: OperatorTransition }
  | { kind: "channel"; alertId: string; channel: string; transition: OperatorTransition }
  | { kind: "service"; alertId: string; transition: OperatorTransition };
