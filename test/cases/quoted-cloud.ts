import { onTestFinished } from "vitest";
import { otherEndpoints } from "../../infra/local/environment.ts";
import { serverForTest } from "../http-server.ts";
import { startWorld, type World } from "../world.ts";

/** A cloud's answer, as a report quotes it. */
export interface Quoted {
  /** 200 by default. */
  status?: number;
  json: unknown;
}

type Answers = Quoted | ((path: string) => Quoted);

export interface QuotedWorld extends World {
  /** What the job APIs answer from now on. */
  cloudAnswers(answers: Answers): void;
  /** How many requests the job APIs have had. */
  requestsToCloud(): number;
  /** Invokes the poller every five minutes. */
  minutesPass(minutes: number): Promise<void>;
}

/** The service with job APIs that answer what a report quotes, until the running test ends. Sign-in is the simulated cloud's. */
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

/** SFS Turbo's answer about any job. */
export function sfsTurboJob(status: string, more: object = {}): Answers {
  const job = { job_type: "extend_share", status, begin_time: "2026-11-23 11:30:00", ...more };
  return (path) => ({ json: { job_id: path.split("/").at(-1), ...job } });
}
