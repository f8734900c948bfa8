import { unreachableCauses } from "../../../lib/adapters/slack/operator-advice.ts";
import type { Unreachable } from "../../../lib/domain/job/job.ts";

/** The result of one check. */
export interface Check {
  name: string;
  outcome: "ok" | "warning" | "failed" | "skipped";
  detail: string;
  /** What to do. */
  advice?: string;
}

export type Checks = AsyncGenerator<Check>;

/** The check of something that the cloud refused or did not answer. */
export function failedBy({ cause, reason }: Pick<Unreachable, "cause" | "reason">, name: string, service = "sfs-turbo"): Check {
  return { name, outcome: "failed", detail: reason, advice: unreachableCauses(service)[cause].do };
}

/** Describes an error of an AWS call by its name. Its text can be long, and names accounts. */
export function awsError(error: unknown): string {
  const { name, code, message } = error as Error & { code?: string };
  return code ?? (/^(Error|TypeError)$/.test(name) ? message : name);
}
