import { createInventories } from "../../../../lib/discovery/context.ts";
import { addWatch, endWatch } from "../../../../lib/discovery/watches.ts";
import type { JobKey } from "../../../../lib/domain/job/job.ts";
import { stopJob } from "../../../../lib/jobs/change-job.ts";
import { registerJob } from "../../../../lib/jobs/register-job.ts";
import { createLearning } from "../../../../lib/poll/learn-durations.ts";
import { type PollDeps, pollJobs } from "../../../../lib/poll/poll-jobs.ts";
import { createOpenJobLimit } from "../../../../lib/shared/open-job-limit.ts";
import type { Table } from "../../../../lib/table-ports.ts";
import { NO_SILENCES } from "../../../no-silences.ts";
import { destinationsOf } from "../destinations.ts";
import type { Process } from "../processes.ts";
import { PROJECT, type Simulation } from "../simulation.ts";
import { createStore } from "../store.ts";
import { clockOf, tableOf } from "../use-cases.ts";
import { createCloud } from "./cloud.ts";
import { type Evidence, witness } from "./evidence.ts";
import { CHANNEL_OF, type ListPlan, type TeamAction, type WatchPlan } from "./plan.ts";

const silent = () => undefined;
const LOG = { info: silent, warn: silent, error: silent };
const METRICS = { count: silent, age: silent };

/** What one instance of the function keeps in memory between its invocations. Its inventories keep its table. */
interface Instance {
  inventories: PollDeps["inventories"];
  table: Table;
  /** The table for the calls of the current process. */
  current: { table: Table };
}

export interface ListService {
  tick(process: Process, segment: number, id: string): Promise<unknown>;
  addWatch(process: Process, watch: WatchPlan): Promise<unknown>;
  endWatch(process: Process, watch: WatchPlan): Promise<unknown>;
  register(process: Process, action: TeamAction): Promise<unknown>;
  stop(process: Process, action: TeamAction): Promise<unknown>;
  isDelivered(): boolean;
}

/** The real use cases of project watches over in-memory ports. */
export function createListService(simulation: Simulation, plan: ListPlan, evidence: Evidence): ListService {
  const { rules, elapsed } = simulation;
  const store = witness(createStore(elapsed, plan.pageSize, false), evidence, elapsed);
  const idle: Instance[] = [];
  const portsOf = (process: Process) => {
    const table = tableOf(withTrouble(simulation, evidence, process), store, process);
    const clock = clockOf(simulation, process);
    const learning = createLearning({ table, clock, log: LOG });
    const { cloud, lists } = createCloud(simulation, plan, evidence, process);
    const destinations = destinationsOf(simulation, process);
    const limit = { most: plan.maxOpenJobs, segments: plan.segments };
    const openJobs = createOpenJobLimit({ table, clock, log: LOG }, limit);
    return { table, learning, cloud, lists, destinations, clock, log: LOG, metrics: METRICS, openJobs, silences: NO_SILENCES };
  };
  const keyOf = ({ team, id, operation }: TeamAction): JobKey => ({
    ...{ team, source: "sfs-turbo-share", projectId: PROJECT, jobId: `${id}.${operation}` },
  });

  return {
    async tick(process, segment, owner) {
      const startedAt = process.startedAt + process.skewMs;
      const endsAt = startedAt + process.endsAt - process.startedAt;
      const ports = portsOf(process);
      // An instance that died is never used again. The one that was idle for longest comes first, so that its memory can be stale.
      const instance = idle.shift() ?? newInstance(ports.table);
      instance.current.table = ports.table;
      const { inventories, table } = instance;
      const tick = { segment, segmentCount: plan.segments, owner, startedAt, endsAt };
      const settings = { concurrency: 4, pollsPerSecond: plan.pollsPerSecond, rules };
      await pollJobs({ ...ports, table, inventories }, settings, tick);
      idle.push(instance);
    },
    addWatch(process, { team, at: _, endAt: _end, ...options }) {
      const watch = { ...options, projectId: PROJECT, defaultChannels: [CHANNEL_OF[team]] };
      return addWatch(portsOf(process), team, watch, "simulated");
    },
    async endWatch(process, { team, source }) {
      const own = evidence.watches.find((one) => one.team === team && one.watch.source === source);
      if (own) await endWatch(portsOf(process), team, own.watch.watchId);
    },
    register(process, action) {
      const channels = [CHANNEL_OF[action.team]];
      const request = { ...keyOf(action), options: { channels }, defaultChannels: channels, verify: true };
      return registerJob(portsOf(process), request, rules);
    },
    async stop(process, action) {
      const ports = portsOf(process);
      for (let n = 1; n <= 4; n++)
        await stopJob(ports, { ...keyOf(action), jobId: `${action.id}.${action.operation}.${n}` }, rules);
    },
    isDelivered: store.isDelivered,
  };
}

function newInstance(first: Table): Instance {
  const current = { table: first };
  const table = new Proxy(first, { get: (_, name) => Reflect.get(current.table, name) });
  return { inventories: createInventories(), table, current };
}

/** Notes for which processes a call of the table failed. */
function withTrouble(simulation: Simulation, { troubled }: Evidence, process: Process): Simulation {
  const table = () => {
    const answer = simulation.faults.table();
    if (answer.fault) troubled.add(process);
    return answer;
  };
  return { ...simulation, faults: { ...simulation.faults, table } };
}
