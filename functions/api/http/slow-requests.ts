import { limitSlowness, MAX_SLOW_REQUESTS } from "../../../lib/jobs/slow-request.ts";
import type { Services } from "../../../lib/services.ts";
import { ProblemError } from "./problem.ts";

/** Most slow requests end within 6 s, and a team may have several at once. */
const RETRY_AFTER_SECONDS = 2;

export type RequestServices = Services & { becomeSlow(): Promise<void> };

/** Runs the work of one request. Throws 429 if it becomes slow while the team has the maximum of slow requests. */
export function limitSlow<Result>(
  services: Services,
  team: string,
  work: (services: RequestServices) => Promise<Result>,
): Promise<Result> {
  return limitSlowness(services, { team, refusal: tooManySlow }, work);
}

function tooManySlow(): ProblemError {
  const why = `Your team already has ${MAX_SLOW_REQUESTS} slow requests in progress. This request had no effect.`;
  const detail = `${why} Try again in ${RETRY_AFTER_SECONDS} s, send fewer requests at once, or register up to 25 jobs with POST /jobs/batch.`;
  return new ProblemError({ type: "too-many-requests", status: 429, detail }, { "Retry-After": String(RETRY_AFTER_SECONDS) });
}
