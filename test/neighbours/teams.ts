import type { Answer } from "../../infra/local/answer.ts";
import type { Cloud as SimulatedCloud } from "../../infra/local/cloud.ts";
import type { Observation } from "../../lib/domain/job/job.ts";
import type { VirtualClock } from "../virtual-clock.ts";

/** Both teams on one service: real handlers, adapters and table, cloud and Slack over HTTP, on virtual time. */
export interface Neighbourhood {
  clock: VirtualClock;
  cloud: SimulatedCloud;
  /** Time of the poller's first tick. The quiet team's jobs end after `startsAt`. */
  opensAt: number;
  startsAt: number;
  /** Time when the last of the quiet team's jobs has ended. The hostile team continues until then. */
  endsAt: number;
  /** Answers of the cloud's other services by job id. Each service has its own host. */
  others: Map<string, Answer>;
  /** Ids for which the cloud never answers. */
  hanging: Set<string>;
  /** Runs `play` at a time. */
  at(time: number, play: () => Promise<unknown>): Promise<void>;
  /** Returns the status: 503 if the account has no concurrent execution left. */
  request(key: string, method: string, path: string, body?: unknown): Promise<number>;
  /** Writes a job that was registered at `since`, without a request. */
  store(job: StoredJob): Promise<void>;
}

export interface StoredJob {
  team: string;
  jobId: string;
  source?: string;
  jobType?: string;
  since: number;
  channels: string[];
  /** The first observation; running by default. */
  first?: Observation;
}

export const QUIET = { team: "quiet", key: "sfsjw_key-of-the-quiet-team", channel: "general" };
export const HOSTILE = { team: "hostile", key: "sfsjw_key-of-the-hostile-team", channel: "projects" };
export const CHANNELS = [QUIET.channel, HOSTILE.channel, "operators", ...Array.from({ length: 9 }, (_, n) => `extra${n}`)];
