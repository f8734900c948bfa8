import { testChannel } from "../../../lib/delivery/send-test-message.ts";
import { createInventories } from "../../../lib/discovery/context.ts";
import type { JobKey } from "../../../lib/domain/job/job.ts";
import { pkOf, type StoredRecord } from "../../../lib/domain/stored-record.ts";
import { entryWithSoundTimes, withSoundTimes } from "../../../lib/domain/stored-times.ts";
import { jobOfPk } from "../../../lib/domain/table-keys.ts";
import { stopJob } from "../../../lib/jobs/change-job.ts";
import { registerJob } from "../../../lib/jobs/register-job.ts";
import { createLearning } from "../../../lib/poll/learn-durations.ts";
import { pollJobs } from "../../../lib/poll/poll-jobs.ts";
import type { Ports } from "../../../lib/ports.ts";
import type { Table } from "../../../lib/table-ports.ts";
import { NO_LISTS } from "../../no-lists.ts";
import { NO_SILENCES } from "../../no-silences.ts";
import { observationOf } from "./cloud.ts";
import { destinationsOf } from "./destinations.ts";
import type { JobPlan } from "./plan.ts";
import type { Process } from "./processes.ts";
import { PROJECT, type Service, type Simulation, START } from "./simulation.ts";
import { createStore, type Store } from "./store.ts";

const silent = () => undefined;
const LOG = { info: silent, warn: silent, error: silent };
const METRICS = { count: silent, age: silent };

const NO_LIMIT = { excess: async () => undefined, added: silent };

/** The real use cases over in-memory ports. */
export function createUseCases(simulation: Simulation): Service {
  const { plan, rules, elapsed } = simulation;
  const store = createStore(elapsed, plan.pageSize, plan.freeze ?? false);
  const portsOf = (process: Process): Ports => {
    const table = tableOf(simulation, store, process);
    const clock = clockOf(simulation, process);
    const learning = createLearning({ table, clock, log: LOG });
    const cloud = cloudOf(simulation, process);
    const destinations = destinationsOf(simulation, process);
    return { table, learning, cloud, lists: NO_LISTS, destinations, clock, log: LOG, metrics: METRICS, silences: NO_SILENCES };
  };

  return {
    tick: (process, segment, owner) => {
      const startedAt = process.startedAt + process.skewMs;
      const tick = {
        segment,
        segmentCount: plan.segments,
        owner,
        startedAt,
        endsAt: startedAt + process.endsAt - process.startedAt,
      };
      const ports = { ...portsOf(process), openJobs: NO_LIMIT, inventories: createInventories() };
      return pollJobs(ports, { concurrency: 4, pollsPerSecond: plan.pollsPerSecond, rules }, tick);
    },
    register: async (process, job, channels) => {
      const verify =
        job.script.knownAt <= job.requests.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY);
      const request = { ...keyOf(job), options: optionsOf(job, channels), defaultChannels: ["alpha"], verify };
      const registration = await registerJob({ ...portsOf(process), openJobs: NO_LIMIT }, request, rules);
      return registration.kind !== "unknown-job";
    },
    stop: async (process, job) => (await stopJob(portsOf(process), keyOf(job), rules)) !== undefined,
    test: async (process, channel) => (await testChannel(portsOf(process), channel, plan.opsChannel)).kind === "delivered",
    isIdle: store.isIdle,
  };
}

function keyOf({ jobId }: JobPlan): JobKey {
  return { team: "storage", source: "sfs-turbo-job", projectId: PROJECT, jobId };
}

function optionsOf({ notifyOn, expectedMinutes }: JobPlan, channels: string[]) {
  return { channels, ...(notifyOn && { notifyOn }), ...(expectedMinutes !== undefined && { expectedMinutes }) };
}

export function tableOf(simulation: Simulation, store: Store, process: Process): Table {
  const { plan, faults, processes, written } = simulation;
  const call = <Result>(what: string, effect: () => Result): Promise<Result> => {
    const { fault, ...timing } = faults.table();
    return processes.operate(process, what, timing, () => {
      if (fault === "refused") throw new Error("the table rejects the call");
      const result = effect();
      if (fault === "answer lost") throw new Error("the table's response is lost");
      return result;
    });
  };
  const { now } = clockOf(simulation, process);
  const read = (pk: string) => {
    const stored = store.read(pk);
    return stored && withSoundTimes(stored, now());
  };
  return {
    read: (pk) => call(`read ${pk}`, () => read(pk)),
    isUnreadable: () => false,
    save: (stored) => {
      const pk = pkOf(stored);
      return call(`save ${pk}`, () => {
        const saved = store.save(stored);
        // A write that leaves the channel's message undelivered confirms something else, such as a notification of the same item.
        if (saved) written(process, pk, leavesUndelivered(stored));
        return saved;
      });
    },
    async *scanOpen(segment, segmentCount, place = {}) {
      let { after } = place;
      do {
        const from = { ...(after !== undefined && { after }), ...(place.until !== undefined && { until: place.until }) };
        const page = await call(`scan ${segment} of ${segmentCount}`, () =>
          store.page(segment, segmentCount, from, faults.staleMs),
        );
        yield { ...page, entries: page.entries.map((entry) => entryWithSoundTimes(entry, now())) };
        after = page.after;
      } while (after !== undefined);
    },
    async *openOf(team) {
      let after: string | undefined;
      do {
        const from = after === undefined ? {} : { after };
        const page = await call(`read the open jobs of ${team}`, () => store.page(0, 1, from, faults.staleMs));
        const own = page.entries.filter(({ pk }) => jobOfPk(pk)?.team === team);
        yield own.map((entry) => entryWithSoundTimes(entry, now()));
        after = page.after;
      } while (after !== undefined);
    },
    takeSegment: (...lease) => call("take the lease", () => store.takeSegment(...lease)),
    closeSegment: (state) => call("close the segment", () => store.closeSegment(state)),
    readSegments: (segmentCount) => call("read segments", () => store.readSegments(segmentCount)),
    readDurations: ({ jobType }) => call(`read durations of ${jobType}`, () => store.readDurations(jobType)),
    saveDurations: ({ jobType }, learned) => call(`save durations of ${jobType}`, () => store.saveDurations(jobType, learned)),
    listJobs: () => Promise.reject(new Error(`not simulated in ${plan.seed}`)),
    readKey: () => Promise.reject(new Error("not simulated")),
    consumeRateLimit: () => Promise.reject(new Error("not simulated")),
    readEventuallyConsistent: (pk) => call(`read ${pk} eventually consistent`, () => read(pk)),
    readLease: (pk) => call(`read the lease ${pk}`, () => store.readLease(pk, now())),
    takeLease: (lease) => call(`take the lease ${lease.pk}`, () => store.takeLease(lease, now())),
    renewLease: (lease) => call(`renew the lease ${lease.pk}`, () => store.renewLease(lease, now())),
    readPart: (place) => call(`read part ${place.index} of ${place.source}`, () => store.readPart(place)),
    savePart: (place, part) => call(`save part ${place.index} of ${place.source}`, () => store.savePart(place, part)),
  };
}

function leavesUndelivered({ kind, record }: StoredRecord): boolean {
  return kind === "channel" && record.message !== undefined && record.message.deliveredAt === undefined;
}

function cloudOf({ plan, faults, processes, elapsed, polls }: Simulation, process: Process): Ports["cloud"] {
  return {
    poll: ({ jobId }, timeoutMs) => {
      polls.push({ at: elapsed(), asker: process });
      const { fault, effectMs } = faults.cloud(jobId);
      const late = effectMs > timeoutMs ? "unavailable" : fault;
      return processes.operate(process, `poll ${jobId}`, { effectMs: Math.min(effectMs, timeoutMs) }, () =>
        observationOf(plan, jobId, START, elapsed(), late),
      );
    },
  };
}

export function clockOf({ scheduler, processes }: Simulation, process: Process): Ports["clock"] {
  return {
    now: () => scheduler.now() + process.skewMs,
    sleep: (ms) => processes.operate(process, `sleep ${ms} ms`, { effectMs: Math.max(ms, 0) }, () => undefined),
  };
}
