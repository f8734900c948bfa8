import type { Plan } from "./plan.ts";
import type { Fate, Timing } from "./processes.ts";
import type { Random } from "./random.ts";

/** Lost before the process's request reached the table, or after it: then only the response is lost. */
export type TableFault = "refused" | "answer lost";
export type CloudError =
  | "unavailable"
  | "credentials"
  | "not-permitted"
  | "configuration"
  | "invalid-response"
  | "throttled"
  | "missing";
/** Slack's response, and whether the message appears in the channel. */
export interface SlackFate extends Timing {
  /** `unanswered`: a gateway's 408, 502 or 504. */
  answer: "ok" | "throttled" | "failed" | "unanswered" | "silent" | "refused" | "dead";
  posted: boolean;
}

/** Random faults per operation, drawn from the seed during the run. */
export interface RandomFaults {
  process(): Fate;
  table(): Timing & { fault?: TableFault };
  cloud(jobId: string): Timing & { fault?: CloudError };
  slack(channel: string, plain: boolean): SlackFate;
  /** The delay of the index for one entry. */
  staleMs(): number;
  skewMs(): number;
  /** How far the clock of a tick's machine is ahead, in addition to the small differences. */
  aheadMs(): number;
}

const ANSWERS = ["throttled", "failed", "silent", "refused", "dead"] as const;
const PLAIN_ANSWERS = ["throttled", "failed", "silent", "refused"] as const;
const AHEAD_MS = [60_000, 60 * 60_000, 86_400_000] as const;
/** False 404s per job. With more of them the job would be lost rightly. */
const MAX_MISSED = 2;

/** `now` counts from the start of the plan. */
export function createRandomFaults(plan: Plan, random: Random, now: () => number): RandomFaults {
  const { rates, downtimes, quietFrom } = plan;
  const missed = new Map<string, number>();
  let unclear = 0;
  const knownLate = plan.jobs.filter(({ script, requests }) => requests.every(({ at }) => at < script.knownAt));
  for (const { jobId } of knownLate) missed.set(jobId, MAX_MISSED);
  const quiet = () => now() >= quietFrom;
  const chance = (rate: number) => !quiet() && random.chance(rate);
  const isOut = (of: string, kind: "down" | "dead") =>
    downtimes.some(
      (downtime) => downtime.of === of && downtime.kind === kind && now() >= downtime.from && now() < downtime.until,
    );

  const answerOf = (channel: string, plain: boolean): SlackFate => {
    const timing = {
      effectMs: random.between(20, 200),
      answerMs: chance(rates.slow) ? random.between(500, 4_700) : random.between(20, 300),
    };
    if (isOut(channel, "dead")) return { ...timing, answer: "dead", posted: false };
    if (isOut(channel, "down")) return { ...timing, answer: random.pick(["failed", "silent"]), posted: false };
    if (!chance(rates.slack)) return { ...timing, answer: "ok", posted: true };
    const answer = random.pick(plain ? PLAIN_ANSWERS : ANSWERS);
    return { ...timing, answer, posted: answer === "silent" && random.chance(0.5) };
  };

  return {
    process() {
      if (chance(rates.kill)) return { dies: random.pick(["before", "after"]), onTheWire: random.chance(0.5) };
      if (chance(rates.stop)) {
        return { stopMs: random.chance(0.5) ? random.between(1_000, 20_000) : random.between(71_000, 200_000) };
      }
      return { onTheWire: random.chance(0.5) };
    },
    table() {
      const effectMs = chance(rates.slowTable) ? random.between(500, 9_000) : random.between(4, 40);
      if (isOut("table", "down")) return { effectMs: random.between(10, 9_000), fault: "refused" };
      if (!chance(rates.table)) return { effectMs };
      return { effectMs, fault: random.pick(["refused", "answer lost"]) };
    },
    cloud(jobId) {
      const effectMs = chance(rates.slow) ? random.between(1_000, 9_000) : random.between(30, 300);
      if ((missed.get(jobId) ?? 0) < MAX_MISSED && chance(rates.missing)) {
        missed.set(jobId, (missed.get(jobId) ?? 0) + 1);
        return { effectMs, fault: "missing" };
      }
      if (isOut("cloud", "down")) return { effectMs, fault: "unavailable" };
      if (!chance(rates.cloud)) return { effectMs };
      return {
        effectMs,
        fault: random.pick(["unavailable", "credentials", "not-permitted", "configuration", "invalid-response", "throttled"]),
      };
    },
    slack(channel, plain) {
      const fate = answerOf(channel, plain);
      // Every other time it is a gateway without a response.
      return fate.answer === "silent" && unclear++ % 2 === 1 ? { ...fate, answer: "unanswered" } : fate;
    },
    staleMs: () => random.between(0, quiet() ? 500 : rates.staleMs),
    skewMs: () => (quiet() ? 0 : random.between(-rates.skewMs, rates.skewMs)),
    aheadMs: () => (rates.ahead > 0 && chance(rates.ahead) ? random.pick(AHEAD_MS) : 0),
  };
}
