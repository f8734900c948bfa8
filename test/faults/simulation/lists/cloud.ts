import type { ListedResource, Listing } from "../../../../lib/domain/discovery/listing.ts";
import type { Unreachable } from "../../../../lib/domain/job/job.ts";
import type { Ports } from "../../../../lib/ports.ts";
import { BACK_OFF_MS } from "../cloud.ts";
import type { Process } from "../processes.ts";
import { createRandom, type Random } from "../random.ts";
import type { CloudError } from "../random-faults.ts";
import { type Simulation, START } from "../simulation.ts";
import { isHidden, listedBackup, listedShare, observationAt, sharesAt } from "./console.ts";
import type { Evidence } from "./evidence.ts";
import type { ListPlan } from "./plan.ts";

type ListFate = { effectMs: number; fails?: Exclude<CloudError, "missing">; lacks?: "one" | "half" };

const randoms = new WeakMap<Simulation, Random>();

/** Polls and lists of the simulated project, and how they fail. */
export function createCloud(
  simulation: Simulation,
  plan: ListPlan,
  evidence: Evidence,
  process: Process,
): Pick<Ports, "cloud" | "lists"> {
  const { faults, processes, elapsed, polls } = simulation;
  const random = randoms.get(simulation) ?? createRandom(plan.seed ^ 0x11_57);
  randoms.set(simulation, random);
  return {
    cloud: {
      poll({ jobId }, timeoutMs) {
        polls.push({ at: elapsed(), asker: process });
        const { fault, effectMs } = faults.cloud(jobId);
        const late = effectMs > timeoutMs ? "unavailable" : fault;
        return processes.operate(process, `poll ${jobId}`, { effectMs: Math.min(effectMs, timeoutMs) }, () =>
          late === undefined || late === "missing" ? observationAt(plan, jobId, elapsed()) : failureOf(late),
        );
      },
    },
    lists: {
      list({ source, since, onRequest }) {
        onRequest?.();
        const stamp = START + elapsed() + process.skewMs;
        const { effectMs, fails, lacks } = fateOf(plan, random, elapsed());
        return processes.operate(process, `list ${source}${fails ? `: ${fails}` : ""}`, { effectMs }, () => {
          if (fails) return failureOf(fails);
          const at = elapsed();
          const all = source === "cbr-log" ? backupsAt(plan, at, since - START) : visibleShares(plan, at);
          const omitted = new Set(lacks && source !== "cbr-log" ? pickFrom(all, lacks, random) : []);
          const hidden = plan.shares.filter(({ id }) => isHidden(plan, id, at)).map(({ id }) => id);
          const lacking = new Set([...omitted, ...hidden]);
          evidence.lists.push({ source, at, stamp, process, omitted: lacking, since: since - START, isClaimed: false });
          return { kind: "listed", resources: all.filter(({ id }) => !omitted.has(id)) } satisfies Listing;
        });
      },
    },
  };
}

function fateOf({ listRates, quietFrom }: ListPlan, random: Random, now: number): ListFate {
  const chance = (rate: number) => now < quietFrom && random.chance(rate);
  const effectMs = chance(listRates.slow) ? random.between(5_000, 40_000) : random.between(50, 800);
  if (chance(listRates.fails))
    return { effectMs, fails: random.pick(["unavailable", "not-permitted", "invalid-response", "throttled"]) };
  if (chance(listRates.shifts)) return { effectMs, lacks: "one" };
  return chance(listRates.halves) ? { effectMs, lacks: "half" } : { effectMs };
}

function failureOf(cause: Exclude<CloudError, "missing">): Unreachable {
  const failure = { kind: "unreachable" as const, cause, reason: "simulated" };
  return cause === "throttled" ? { ...failure, retryAfterMs: BACK_OFF_MS } : failure;
}

function visibleShares(plan: ListPlan, now: number): ListedResource[] {
  return sharesAt(plan, now)
    .filter(({ id }) => !isHidden(plan, id, now))
    .map((share) => listedShare(share, now));
}

function backupsAt({ backups }: ListPlan, now: number, since: number): ListedResource[] {
  return backups.filter(({ at }) => at >= since && at <= now).map((backup) => listedBackup(backup, now));
}

function pickFrom(all: ListedResource[], lacks: "one" | "half", random: Random): string[] {
  if (lacks === "half") return all.slice(Math.floor(all.length / 2)).map(({ id }) => id);
  const one = all[random.between(0, Math.max(all.length - 1, 0))];
  return one ? [one.id] : [];
}
