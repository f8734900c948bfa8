import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { breachOf } from "./judge.ts";
import { request, type Sent } from "./requests.ts";
import type { Bridge } from "./sockets/bridge.ts";
import { bytes } from "./sockets/bytes.ts";
import { type Exchange, exchange } from "./sockets/exchange.ts";
import type { Target } from "./target.ts";

/** The outcome of one case, sent to the handler or over a socket. */
interface Outcome {
  statuses: number[];
  /** Every request of the case was rejected. */
  isRefused: boolean;
  breach?: string | undefined;
}

export interface Figures {
  cases: number;
  statuses: Map<number, number>;
  slowestMs: number;
  writesByRefused: number;
  /** Growth of the heap, measured after garbage collections, from the first tenth of the cases to the end. */
  grownBytes: number;
  /** The smallest case with a wrong answer, and how to reproduce it. */
  breach?: string;
}

export interface Plan {
  cases: number;
  seed: number;
  path?: string;
}

const LONGEST_MS = 1_000;

export async function fuzzHandler(target: Target, plan: Plan): Promise<Figures> {
  return await campaign(target, plan, request, async (sent: Sent): Promise<Outcome> => {
    const result = await target.send(sent);
    const status = result.statusCode ?? 0;
    return { statuses: [status], isRefused: status >= 400, breach: breachOf(sent.method, result) };
  });
}

/** A missing answer is valid: an incomplete request gets none. */
export async function fuzzSockets(target: Target, plan: Plan, bridge: Bridge): Promise<Figures> {
  return await campaign(target, plan, bytes, async (sent: Exchange): Promise<Outcome> => {
    const statuses = await exchange(bridge.port, sent);
    const wrong = statuses.find((status) => status >= 500);
    const isRefused = (await bridge.drain()).every((status) => status >= 400);
    return { statuses, isRefused, breach: wrong === undefined ? undefined : `an answer of ${wrong}` };
  });
}

/** Runs one case after the other, so that each write belongs to one case. */
async function campaign<Case>(
  target: Target,
  { cases, seed, path }: Plan,
  arbitrary: fc.Arbitrary<Case>,
  send: (one: Case) => Promise<Outcome>,
): Promise<Figures> {
  const figures: Figures = { cases: 0, statuses: new Map(), slowestMs: 0, writesByRefused: 0, grownBytes: 0 };
  const collect = collector();
  let heap = 0;
  const judge = async (one: Case): Promise<void> => {
    const before = target.writes();
    const { outcome, ms } = await timed(() => send(one));
    const written = outcome.isRefused ? target.writes() - before : 0;
    figures.writesByRefused += written;
    figures.slowestMs = Math.max(figures.slowestMs, ms);
    for (const status of outcome.statuses) figures.statuses.set(status, (figures.statuses.get(status) ?? 0) + 1);
    if (++figures.cases === Math.ceil(cases / 10)) heap = used(target, collect);
    const wrong = outcome.breach ?? (written > 0 ? "a refused request that wrote" : slow(ms));
    if (wrong) throw new Error(wrong);
  };
  const property = fc.asyncProperty(arbitrary, judge);
  const details = await fc.check(property, { numRuns: cases, seed, ...(path !== undefined && { path }) });
  figures.grownBytes = used(target, collect) - heap;
  return details.failed ? { ...figures, breach: fc.defaultReportMessage(details) ?? "" } : figures;
}

/** Sends a slow case again, so that a pause of the machine does not count as a slow service. */
async function timed(send: () => Promise<Outcome>): Promise<{ outcome: Outcome; ms: number }> {
  const began = performance.now();
  const outcome = await send();
  const ms = performance.now() - began;
  if (ms <= LONGEST_MS) return { outcome, ms };
  const beganAgain = performance.now();
  await send();
  return { outcome, ms: performance.now() - beganAgain };
}

function slow(ms: number): string | undefined {
  return ms > LONGEST_MS ? `an answer after ${Math.round(ms)} ms` : undefined;
}

function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}

/** Returns the size of the heap, without the poll log of the simulated cloud. */
function used({ world }: Target, collect: () => void): number {
  world.cloud.polls.length = 0;
  collect();
  return process.memoryUsage().heapUsed;
}
