import { ProblemError } from "../http/problem.ts";
import type { Session } from "./session.ts";

/** Throws 403 for a read-only key. */
export function requireWriter({ key }: Session): void {
  if (key.readOnly)
    throw new ProblemError({
      type: "forbidden",
      status: 403,
      detail: "This key is read-only. Sign in with a key created without --read-only.",
    });
}

/** Throws 403 unless the key is an operator's. */
export function requireOperator({ key }: Session): void {
  if (!key.operator)
    throw new ProblemError({
      type: "forbidden",
      status: 403,
      detail: "This page needs an operator's key. Operators create one with the option --operator.",
    });
}

export function noSuchPage(): ProblemError {
  return new ProblemError({
    type: "not-found",
    status: 404,
    detail: "This page does not exist, or your key has no access to it.",
  });
}
