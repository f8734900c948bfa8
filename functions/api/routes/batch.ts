import type { ApiKey } from "../../../lib/domain/api-key.ts";
import { lastPollOf } from "../../../lib/domain/job/last-poll.ts";
import { jobPk } from "../../../lib/domain/table-keys.ts";
import type { Request } from "../../../lib/jobs/register-job.ts";
import type { Services } from "../../../lib/services.ts";
import { concurrently } from "../../../lib/shared/concurrently.ts";
import { errorFields } from "../../../lib/shared/error-fields.ts";
import { type Problem, ProblemError, problemBody, unavailable } from "../http/problem.ts";
import { jobSummary } from "./job-view.ts";
import { registerOne, requestOf } from "./register-one.ts";

/** Concurrent registrations: 25 jobs take two rounds of first polls, at most 3 s each. */
const AT_ONCE = 13;
/** No registration starts later. One may take 21 s if the table is slow (read 9, poll 3, write 9), and the gateway times out after 30 s. */
const LAST_START_MS = 7_000;

type Result = { status: number; job: object } | { status: number; problem: object };

/** Registers each job independently. Results have the order of the jobs. Duplicates of a job are applied one after the other. */
export async function registerBatch(
  services: Services,
  apiKey: ApiKey,
  jobs: unknown[],
  correlationId: string,
): Promise<Result[]> {
  const { clock } = services;
  const results: Result[] = [];
  const wanted: { index: number; request: Request }[] = [];
  const attempt = async (index: number, work: () => Promise<Result>) => {
    results[index] = await work().catch((error: unknown) => resultOf(services, index, error));
  };
  for (const [index, body] of jobs.entries()) {
    try {
      wanted.push({ index, request: requestOf(services, apiKey, body, correlationId) });
    } catch (error) {
      results[index] = resultOf(services, index, error);
    }
  }
  const lastStartAt = clock.now() + LAST_START_MS;
  await concurrently(Map.groupBy(wanted, ({ request }) => jobPk(request)).values(), AT_ONCE, async (same) => {
    for (const { index, request } of same) {
      await attempt(index, async () => {
        if (clock.now() > lastStartAt) throw unavailable();
        const { status, job } = await registerOne(services, request);
        return { status, job: jobSummary(job, lastPollOf(job, undefined, clock.now())) };
      });
    }
  });
  return results;
}

function resultOf({ log }: Services, index: number, error: unknown): Result {
  if (!(error instanceof ProblemError)) log.error("a job of a batch failed", errorFields(error));
  const { problem } = error instanceof ProblemError ? error : unavailable();
  return { status: problem.status, problem: problemBody(inBatch(problem, index)) };
}

/** Makes pointers relative to the body of the batch. */
function inBatch(problem: Problem, index: number): Problem {
  if (!problem.errors) return problem;
  return { ...problem, errors: problem.errors.map(({ pointer, detail }) => ({ pointer: `/jobs/${index}${pointer}`, detail })) };
}
