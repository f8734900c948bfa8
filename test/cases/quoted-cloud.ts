import { onTestFinished } from "vitest";
import { otherEndpoints } from "../../infra/local/environment.ts";
import { serverForTest } from "../http-server.ts";
import { startWorld, type World } from "../world.ts";

/** An answer of the cloud, as quoted in a report. */
export interface Quoted {
  /** Defaults to 200. */
  status?: number;
  json: unknown;
}

type Answers = Quoted | ((path: string) => Quoted);

export interface QuotedWorld extends World {
  /** Sets the answers of the job APIs from now on. */
  cloudAnswers(answers: Answers): void;
  /** Number of requests that the job APIs received. */
  requestsToCloud(): number;
  /** Advances the clock and invokes the poller every five minutes. */
  minutesPass(minutes: number): Promise<void>;
}

/** Starts the service with job APIs that answer as quoted in a report, until the test ends. The simulated cloud handles sign-in. */
export async function worldWithCloud(answers: Answers, settings: Record<string, string> = {}): Promise<QuotedWorld> {
  let current = answers;
  const server = await serverForTest(({ url }, response) => {
    const { status = 200, json } = typeof current === "function" ? current(url) : current;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
  });
  const world = await startWorld({
    SFS_TURBO_ENDPOINT: server.url,
    SERVICE_ENDPOINTS: JSON.stringify(otherEndpoints(server.url)),
    ...settings,
  });
  onTestFinished(() => world.close());
  return {
    ...world,
    cloudAnswers: (next) => {
      current = next;
    },
    requestsToCloud: () => server.requests.length,
    minutesPass: async (minutes) => {
      for (let passed = 0; passed < minutes; passed += 5) {
        await world.tick();
        world.clock.advance(4 * 60_000);
      }
    },
  };
}

/** Answers like SFS Turbo for any job id. */
export function sfsTurboJob(status: string, more: object = {}): Answers {
  const job = { job_type: "extend_share", status, begin_time: "2026-11-23 11:30:00", ...more };
  return (path) => ({ json: { job_id: path.split("/").at(-1), ...job } });
}
