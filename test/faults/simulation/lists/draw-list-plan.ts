import { CALM, NEVER, type TickPlan } from "../plan.ts";
import { createRandom, type Random } from "../random.ts";
import type { ListPlan, ListRates, Narrowed, OperationPlan, SharePlan, Team, TeamAction, WatchPlan } from "./plan.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const MANY_BACKUPS = 500;

/** When ticks run: some minutes, perhaps a long sleep, some more minutes. */
interface Span {
  minutes: number;
  wakeAt: number;
  sleepMs: number;
}

/** Draws a schedule with project watches from a seed. */
export function drawListPlan(seed: number): ListPlan {
  const random = createRandom(seed);
  const minutes = random.between(4, 8);
  const sleepMs = random.chance(0.05) ? DAY : random.chance(0.1) ? random.between(3, 40) * MINUTE : 0;
  const span = { minutes, wakeAt: random.between(2, minutes - 1), sleepMs };
  const segments = random.pick([1, 1, 2]);
  const isNarrowed = sleepMs === 0 && random.chance(0.2);
  const shares = drawShares(random, span, isNarrowed);
  const all = shares.flatMap(({ operations }) => operations);
  const narrowed = isNarrowed ? drawNarrowed(random, span, shares) : undefined;
  const ahead = seed % 7 === 0 ? 0.1 : 0;
  return {
    ...{ seed, segments, pollsPerSecond: random.pick([0.1, 1, 20]) * segments, maxBatchSize: random.pick([1, 3, 50]) },
    ...{ pageSize: random.pick([1, 3, 50]), opsChannel: "operators", jobs: [], newWebhooks: false },
    ...{ shares, backups: drawBackups(random, span), watches: drawWatches(random, span) },
    ticks: drawTicks(random, span, segments),
    downtimes: [],
    rates: { ...CALM, ...drawRates(random), ahead },
    quietFrom: minutes * MINUTE + sleepMs,
    byHand: drawActions(random, all, 0.1),
    stops: drawActions(random, all, 0.1),
    listRates: drawListRates(random, isNarrowed),
    ...(narrowed && { narrowed }),
    gone: random.chance(0.2) ? "conditional" : "certain",
    maxOpenJobs: random.pick([2, 100, 100]),
  };
}

function drawRates(random: Random) {
  return {
    kill: random.pick([0, 0, 0.003, 0.01, 0.03]),
    stop: random.pick([0, 0, 0, 0.004]),
    table: random.pick([0, 0, 0.01, 0.06]),
    slowTable: random.pick([0, 0, 0.02]),
    cloud: random.pick([0, 0, 0.1, 0.4]),
    slow: random.pick([0, 0.1]),
    staleMs: random.pick([500, 2_000, 10_000]),
    skewMs: random.pick([0, 2_000]),
  };
}

/** A narrowed permission hides whole resources, so nothing else may hide some of them before it. */
function drawListRates(random: Random, isNarrowed: boolean): ListRates {
  const fails = random.pick([0, 0.1, 0.5]);
  const slow = random.pick([0, 0, 0.2]);
  if (isNarrowed) return { fails, slow, shifts: 0, halves: 0 };
  return { fails, slow, shifts: random.pick([0, 0.1, 0.4]), halves: random.pick([0, 0, 0.15]) };
}

function drawShares(random: Random, span: Span, isNarrowed: boolean): SharePlan[] {
  const old = random.pick([3, 4, 6, 14]);
  const created = random.between(0, 2);
  return Array.from({ length: old + created }, (_, index) => {
    const id = `854cf6e2-0000-4000-8000-0000000000${String(index).padStart(2, "0")}`;
    const isOld = index < old;
    const at = isOld ? -30 * DAY : drawTime(random, span);
    const end = drawEnd(random, isOld ? 0 : 0.3);
    const creation = { id, operation: "create", at, endAt: at + random.between(2_000, 3 * MINUTE), end };
    const operations = drawOperations(random, span, creation, isOld ? 0.6 : 0.3);
    const last = operations.at(-1) ?? creation;
    const deletedAt = Math.max(last.endAt + random.between(1_000, MINUTE), drawTime(random, span));
    const isDeleted = random.chance(0.15) && !(isNarrowed && index < 3);
    const name = `${index % 2 === 0 ? "data" : "scratch"}-${index}`;
    return { id, name, creation, operations, deletedAt: isDeleted ? deletedAt : NEVER };
  });
}

function drawEnd(random: Random, failing: number): OperationPlan["end"] {
  return random.chance(failing) ? "failed" : "success";
}

/** One after another, some before the first list, some shorter than the interval of the lists. */
function drawOperations(random: Random, span: Span, creation: OperationPlan, rate: number): OperationPlan[] {
  const operations: OperationPlan[] = [];
  if (creation.end === "failed" || !random.chance(rate)) return operations;
  const wasBefore = creation.at < 0 && random.chance(0.3);
  let at = wasBefore ? -random.between(10_000, 10 * MINUTE) : Math.max(drawTime(random, span), creation.endAt + 1_000);
  for (let left = random.between(1, 4); left > 0; left--) {
    const durationMs = random.chance(0.3) ? random.between(2_000, 50_000) : random.between(50_000, 4 * MINUTE);
    const operation = random.pick(["extend", "extend", "change-security-group"]);
    const end = drawEnd(random, 0.35);
    operations.push({ id: creation.id, operation, at, endAt: at + durationMs, end });
    at += durationMs + random.between(1_000, random.pick([5_000, 3 * MINUTE]));
  }
  return operations;
}

/** Usually while ticks run, sometimes while the poller sleeps. */
function drawTime(random: Random, { minutes, wakeAt, sleepMs }: Span): number {
  if (sleepMs > 0 && random.chance(0.3)) return wakeAt * MINUTE + random.between(0, sleepMs);
  const at = random.between(0, minutes * MINUTE);
  return at < wakeAt * MINUTE ? at : at + sleepMs;
}

function drawBackups(random: Random, span: Span): OperationPlan[] {
  const count = random.chance(0.003) ? MANY_BACKUPS : random.chance(0.25) ? random.between(1, 12) : 0;
  const together = drawTime(random, span);
  return Array.from({ length: count }, (_, index) => {
    const at = count > 12 || random.chance(0.5) ? together : drawTime(random, span) - random.between(0, 2 * MINUTE);
    const end = drawEnd(random, 0.3);
    return { id: `backup-${index}`, operation: "backup", at, endAt: at + random.between(2_000, 5 * MINUTE), end };
  });
}

function drawWatches(random: Random, span: Span): WatchPlan[] {
  const source = "sfs-turbo-share" as const;
  const storage: WatchPlan = { team: "storage", source, at: random.between(0, 30_000), endAt: NEVER };
  const watches: WatchPlan[] = [storage, { ...storage, source: "cbr-log", notifyOn: ["succeeded", "failed"] }];
  if (random.chance(0.5)) {
    const filter = random.pick([{ operations: ["extend"] }, { names: ["data-*"] }]);
    watches.push({ team: "hpc", source, at: drawTime(random, span), endAt: NEVER, ...filter });
  }
  if (random.chance(0.3)) storage.notifyOn = ["started", "succeeded", "failed"];
  if (random.chance(0.15)) {
    storage.endAt = storage.at + random.between(MINUTE, 4 * MINUTE);
    if (random.chance(0.6)) watches.push({ ...storage, at: storage.endAt + random.between(5_000, 3 * MINUTE), endAt: NEVER });
  }
  return watches;
}

function drawActions(random: Random, operations: OperationPlan[], rate: number): TeamAction[] {
  return operations.flatMap(({ id, operation, at, endAt }) => {
    if (at < 0 || !random.chance(rate)) return [];
    return [
      { id, operation, team: random.pick<Team>(["storage", "hpc"]), at: random.between(at, Math.max(endAt - 2_000, at)) },
    ];
  });
}

function drawNarrowed(random: Random, { minutes }: Span, shares: SharePlan[]): Narrowed {
  const from = random.between(MINUTE, minutes * MINUTE);
  const hidden = shares.slice(0, shares.length > 12 ? random.pick([3, 10]) : 3).filter(({ creation }) => creation.at < 0);
  const until = Math.min(from + random.between(MINUTE, 5 * MINUTE), minutes * MINUTE);
  return { from, until, hidden: hidden.map(({ id }) => id), answer: random.pick([403, 404]) };
}

/** On time, late so that it overlaps the next one, missing, or delivered twice. */
function drawTicks(random: Random, { minutes, wakeAt, sleepMs }: Span, segments: number): TickPlan[] {
  const missing = random.pick([0, 0, 0.2]);
  return Array.from({ length: minutes * segments }, (_, place): TickPlan[] => {
    const [minute, segment] = [Math.floor(place / segments), place % segments];
    if (random.chance(missing)) return [];
    const at = minute * MINUTE + (minute >= wakeAt ? sleepMs : 0) + random.between(0, random.chance(0.15) ? 55_000 : 3_000);
    const tick = { at, segment, id: `tick ${minute}.${segment}` };
    return random.chance(0.12) ? [tick, { ...tick, at: at + random.between(0, 20_000), id: `${tick.id} again` }] : [tick];
  }).flat();
}
