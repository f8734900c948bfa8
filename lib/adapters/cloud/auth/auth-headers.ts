import type { Unreachable } from "../../../domain/job/job.ts";
import type { Secrets } from "../http/redact.ts";

/** The headers that authorise a request. Each way to sign in is one function that returns them, or why there are none. */
export interface AuthHeaders {
  kind: "auth";
  headers: Record<string, string>;
  /** Masked in the answer. */
  secrets: readonly Secrets[];
  /** Returns new headers after a 401. Absent if nothing can be renewed. */
  renew?: () => Promise<AuthHeaders | Unreachable>;
  /** Must be called with the result of the request, or undefined if there was no answer. */
  onEnd?: (outcome: Outcome | undefined) => void;
}

/** The result of a request: an answer that shows a job or a list, says that the job does not exist, or neither. */
export type Outcome = Unreachable | { kind: "seen" | "missing" | "page" };

/** The request to authorise, always a GET. */
export interface AuthRequest {
  projectId: string;
  url: string;
}

export type Authorise = (request: AuthRequest) => Promise<AuthHeaders | Unreachable>;
