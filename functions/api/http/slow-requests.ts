import { limitSlowness, MAX_SLOW_REQUESTS } from "../../../lib/jobs/slow-request.ts";
import type { Services } from "../../../lib/services.ts";
import { ProblemError } from "./problem.ts";

/** Most slow requests end within 6 s, and a team has several. */
const RETRY_AFTER_SECONDS = 2;

export type RequestServices = Services & { becomeSlow(): Promise<void> };

/** Runs the work of one request, which is refused by 429 where it is slow and its team has as many slow ones as it may. */
export function limitSlow<Result>(
  services: Services,
  team: string,
  work: (services: RequestServices) => Promise<Result>,
): Promise<Result> {
  return limitSlowness(services, { team, refusal: tooManySlow }, work);
}

function tooManySlow(): ProblemError {
  const why = `Your team has ${MAX_SLOW_REQUESTS} slow requests under way, which wait for an answer. This one did nothing.`;
  const detail = `${why} Try again in ${RETRY_AFTER_SECONDS} s, send fewer at once, or register up to 25 jobs by POST /jobs/batch.`;
  return new ProblemError({ type: "too-many-requests", status: 429, detail }, { "Retry-After": String(RETRY_AFTER_SECONDS) });
}
