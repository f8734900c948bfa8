import { createServer } from "node:http";
import { createApi } from "../../functions/api/app.ts";
import { createTickHandler } from "../../functions/poll/tick.ts";
import { type Answer, answerWith, json } from "../../infra/local/answer.ts";
import { type Listening, listen } from "../../infra/local/listen.ts";
import { createTable } from "../../lib/adapters/dynamodb/table.ts";
import type { Observation } from "../../lib/domain/job/job.ts";
import { newJob } from "../../lib/domain/job/registration.ts";
import { SLOW_AFTER_MS } from "../../lib/jobs/slow-request.ts";
import type { Cloud } from "../../lib/ports.ts";
import type { Services } from "../../lib/services.ts";
import { countCapacity } from "../bench/capacity.ts";
import { NOW, PROJECT } from "../jobs.ts";
import { KEEP_MS, localClient } from "../test-table.ts";
import type { VirtualClock } from "../virtual-clock.ts";
import { addKey, startWorld, type World } from "../world.ts";
import { drawQuietJobs, type Judgement, judge, playQuietTeam } from "./quiet-team.ts";
import { CHANNELS, HOSTILE, type Neighbourhood, QUIET, type StoredJob } from "./teams.ts";

const SERVICES = ["ecs", "evs", "ims"];

export interface Run {
  settings: Record<string, string>;
  seed: number;
  ends: number;
  runMs: number;
  /** Time that the hostile team uses the service before the quiet team. */
  leadMs?: number;
  /** Without it, the quiet team is alone. */
  hostile?: (hood: Neighbourhood) => Promise<unknown>;
}

export interface Measured extends Judgement {
  /** Read units of one list of the quiet team's open jobs. */
  listUnits: number;
  /** Maximum number of concurrent executions. */
  executions: number;
}

const MINUTE = 60_000;
/** Time after the run to wait for notifications. */
const PATIENCE_MS = 5 * MINUTE;
/** Concurrent executions of the account. New accounts may have 10, most have 1,000. */
const CONCURRENCY = 20;
const RETRY_MS = 1_000;

export async function measure(run: Run): Promise<Measured> {
  const { settings } = run;
  const others = new Map<string, Answer>();
  const hosts = await Promise.all(SERVICES.map(async (name) => [name, await startOther(name, others)] as const));
  const SERVICE_ENDPOINTS = JSON.stringify(Object.fromEntries(hosts.map(([name, { url }]) => [name, url])));
  const common = { REQUESTS_PER_MINUTE: "600", LATE_AFTER_MINUTES: "600", SERVICE_ENDPOINTS };
  const world = await startWorld({ ...common, ...settings }, NOW, CHANNELS);
  try {
    await addKey(world.table, QUIET.key, QUIET.team);
    await addKey(world.table, HOSTILE.key, HOSTILE.team);
    const { accessKey, secretKey } = { accessKey: settings.OS_ACCESS_KEY, secretKey: settings.OS_SECRET_KEY };
    if (accessKey !== undefined && secretKey !== undefined) world.cloud.setAccessKeys([{ accessKey, secretKey }]);
    return await runIn(world, others, run);
  } finally {
    await Promise.all([world.close(), ...hosts.map(([, host]) => host.close())]);
  }
}

function startOther(name: string, answers: ReadonlyMap<string, Answer>): Promise<Listening> {
  const server = createServer((request, response) => {
    const id = request.url?.split("/").at(-1) ?? "";
    return answerWith(
      request,
      response,
      () => answers.get(id) ?? json(400, { error: { code: "Common.0011", message: "no job" } }),
    );
  });
  return listen(server, 0, name);
}

async function runIn(
  world: World,
  others: Map<string, Answer>,
  { settings, seed, ends, runMs, leadMs = 0, hostile }: Run,
): Promise<Measured> {
  const { clock, sink } = world;
  setVirtualTimer(clock);
  const hanging = new Set<string>();
  const services: Services = { ...world.services, cloud: hangingFor(hanging, world.services.cloud, clock) };
  const executions = createExecutions(CONCURRENCY);
  const segments = Number(settings.POLL_SEGMENTS ?? 1);
  const opensAt = clock.now();
  const startsAt = opensAt + leadMs;
  const jobs = drawQuietJobs(seed, ends, runMs);
  const hood = {
    ...neighbourhood(world, services, executions, hanging),
    others,
    opensAt,
    startsAt,
    endsAt: startsAt + runMs,
  };
  let isOver = false;
  const tick = tickOf(services, executions);
  const ticks = async () => {
    for (let minute = opensAt; !isOver; minute += MINUTE) {
      await clock.sleep(minute - clock.now());
      await Promise.all(Array.from({ length: segments }, (_, segment) => tick(segment)));
    }
  };
  const schedule = hood.at(opensAt, ticks);
  let listUnits = 0;
  await Promise.all([
    playQuietTeam(hood, jobs),
    hostile?.(hood),
    hood.at(startsAt + runMs * 0.6, async () => {
      listUnits = await unitsOfList(world, services);
    }),
  ]);
  const until = hood.endsAt + PATIENCE_MS;
  while (clock.now() < until && (clock.now() < hood.endsAt || judge(sink, jobs, startsAt).missing.length > 0))
    await clock.sleep(MINUTE / 6);
  isOver = true;
  await schedule;
  return { ...judge(sink, jobs, startsAt), listUnits, executions: executions.most() };
}

function neighbourhood(world: World, services: Services, executions: Executions, hanging: Set<string>) {
  const { clock, cloud } = world;
  const api = createApi(services);
  return {
    clock,
    cloud,
    hanging,
    async at(time: number, play: () => Promise<unknown>) {
      await clock.sleep(time - clock.now());
      await play();
    },
    async request(key: string, method: string, path: string, body?: unknown) {
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
      const answer = await executions.run(async () =>
        api.request(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }),
      );
      return answer?.status ?? 503;
    },
    async store({ team, jobId, source = "sfs-turbo-job", jobType, since, channels, first }: StoredJob) {
      const seen: Observation = { kind: "seen", state: "running", subJobs: [], beginTime: since, ...(jobType && { jobType }) };
      const options = { channels, title: jobId };
      const job = newJob({ team, source, projectId: PROJECT, jobId }, options, first ?? seen, since, services.config.rules);
      await services.table.save({ kind: "job", record: job });
    },
  };
}

/** Invokes the poller as the schedule does. If the account has no execution left, Lambda retries. */
function tickOf(services: Services, executions: Executions): (segment: number) => Promise<void> {
  const poll = createTickHandler(services);
  let invocations = 0;
  return async (segment) => {
    const invoke = () => {
      const startedAt = services.clock.now();
      const getRemainingTimeInMillis = () => 58_000 - (services.clock.now() - startedAt);
      return poll({ segment }, { awsRequestId: `invocation-${++invocations}`, functionName: "poll", getRemainingTimeInMillis });
    };
    while (!(await executions.run(invoke))) await services.clock.sleep(RETRY_MS);
  };
}

interface Executions {
  /** Returns undefined if all are in use. */
  run<Result>(work: () => Promise<Result>): Promise<Result | undefined>;
  most(): number;
}

/** Limits the account's concurrent executions of all functions. */
function createExecutions(quota: number): Executions {
  let underWay = 0;
  let most = 0;
  return {
    async run(work) {
      if (underWay >= quota) return undefined;
      most = Math.max(most, ++underWay);
      try {
        return await work();
      } finally {
        underWay--;
      }
    },
    most: () => most,
  };
}

/** Simulates polls that hang, on the virtual clock instead of in real time over HTTP. They end with the client's time-out. */
function hangingFor(ids: ReadonlySet<string>, cloud: Cloud, clock: VirtualClock): Cloud {
  return {
    async poll(job, timeoutMs) {
      if (!ids.has(job.jobId)) return await cloud.poll(job, timeoutMs);
      await clock.sleep(timeoutMs);
      return { kind: "unreachable", cause: "unavailable", reason: `no answer within ${timeoutMs} ms` };
    },
  };
}

/** Puts the timer of lib/jobs/slow-request.ts, which uses no clock port, on the virtual clock. Time-outs of adapters stay real. */
function setVirtualTimer(clock: VirtualClock): void {
  const real = globalThis.setTimeout;
  const timer = (play: () => void, ms?: number, ...more: []) => {
    if (ms !== SLOW_AFTER_MS) return real(play, ms, ...more);
    void clock.sleep(ms).then(play);
    return undefined;
  };
  Object.assign(globalThis, { setTimeout: timer });
}

async function unitsOfList(world: World, services: Services): Promise<number> {
  const client = localClient(world.table.endpoint);
  const table = createTable({ name: world.table.name, keepMs: KEEP_MS }, world.clock.now, client);
  const counted = countCapacity({ table: { ...world.table, client } });
  const api = createApi({ ...services, table });
  await api.request("/jobs?state=open", { headers: { authorization: `Bearer ${QUIET.key}` } });
  client.destroy();
  const { reads } = counted();
  return Object.values(reads).reduce((sum, units) => sum + units, 0);
}
