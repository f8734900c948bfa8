import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { json } from "../../../infra/local/answer.ts";
import { dig } from "../../../infra/local/listen.ts";
import { type Call, type Fate, INTERNAL_ERROR, type Refuse, startTableProxy } from "../../table-proxy.ts";
import { startWorld, type World } from "../../world.ts";
import { bundledPoller } from "./bundled-poller.ts";
import { createFastClock } from "./fast-clock.ts";
import { spawnPoller } from "./pollers.ts";

const LEASE_MS = 70_000;
/** As fast as the tick's timeouts allow on a busy machine. A pause lasts two leases. */
const SPEED = { toDie: 4, toStop: 20 };

export type Moment = (call: Call) => boolean;

export interface DoomedTick {
  world: World;
  /** Returns how the tick ends that gets a signal at one moment. That call never gets its response. */
  dieAt(isTheMoment: Moment, signal?: NodeJS.Signals, flags?: string[]): Promise<number | NodeJS.Signals | null>;
  /**
   * Ends the tick as the platform does when its time is over, and not earlier. `frozen`: it does nothing after Slack has accepted its
   * message. Otherwise the table rejects each write to the channel from then on.
   */
  timeOut(how: "frozen" | "without the table"): Promise<number | NodeJS.Signals | null>;
  /** Pauses the tick at one moment for twice its lease while other ticks take over, continues it, and waits for its end. */
  stopAt(isTheMoment: Moment): Promise<void>;
  beganAt(): number;
  /** Lets time pass after the tick: by default until its lease is over. */
  passTime(ms?: number): void;
  close(): Promise<void>;
}

/** A tick in a process of its own, on fast time, that sees a registered job fail. Other ticks are the world's own. */
export async function startDoomedTick(): Promise<DoomedTick> {
  const handler = await bundledPoller();
  const world = await startWorld({}, Date.now());
  let clock = createFastClock(1);
  let decide: (call: Call) => Fate = () => "answer";
  let refuse: Refuse = () => undefined;
  let beganAt = 0;
  let child: ChildProcess | undefined;
  const proxy = await startTableProxy(
    world.table,
    (call) => {
      if (call.pk.startsWith("segment#")) beganAt ||= leaseOf(call) - LEASE_MS;
      return decide(call);
    },
    (asked) => refuse(asked),
  );

  const start = async (speed: number, flags: string[] = []) => {
    world.cloud.answer("victim", (poll) => json(200, { status: poll === 1 ? "running" : "failed", fail_reason: "no space" }));
    await world.register("victim");
    clock = createFastClock(speed);
    const environment = { ...world.environment, ...clock.environment, AWS_ENDPOINT_URL_DYNAMODB: proxy.url };
    const tick = spawnPoller(handler, environment, { flags });
    child = tick;
    const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
      tick.once("exit", (code, signal) => resolve(signal ?? code));
    });
    return { tick, ended };
  };
  const passTime = (ms = LEASE_MS) => world.clock.advance(clock.now() - world.clock.now() + ms);

  return {
    world,
    async dieAt(isTheMoment, signal = "SIGKILL", flags = []) {
      const { tick, ended } = await start(SPEED.toDie, flags);
      decide = (call) => {
        if (!isTheMoment(call)) return "answer";
        tick.kill(signal);
        return "hang";
      };
      return await ended;
    },
    async timeOut(how) {
      const { tick, ended } = await start(SPEED.toDie);
      const { promise: posted, resolve } = Promise.withResolvers<void>();
      world.sink.answer(() => {
        if (world.sink.posts.length > 0) return undefined;
        if (how === "frozen") tick.kill("SIGSTOP");
        resolve();
        return how === "frozen" ? { hang: true, posted: true } : undefined;
      });
      refuse = ({ operation, pk }) =>
        world.sink.posts.length > 0 && operation === "UpdateItem" && pk.startsWith("channel#") ? INTERNAL_ERROR : undefined;
      await posted;
      await clock.sleep(beganAt + (await pollSeconds()) * 1_000 - clock.now());
      tick.kill("SIGKILL");
      return await ended;
    },
    async stopAt(isTheMoment) {
      const { tick, ended } = await start(SPEED.toStop);
      const { promise: stopped, resolve } = Promise.withResolvers<void>();
      decide = (call) => {
        if (!isTheMoment(call)) return "answer";
        tick.kill("SIGSTOP");
        resolve();
        decide = () => "answer";
        return "answer";
      };
      await stopped;
      const stoppedAt = clock.now();
      passTime();
      await world.ticks(3);
      await clock.sleep(stoppedAt + 2 * LEASE_MS - clock.now());
      tick.kill("SIGCONT");
      await ended;
    },
    beganAt: () => beganAt,
    passTime,
    close: async () => {
      child?.kill("SIGKILL");
      await proxy.close();
      await world.close();
    },
  };
}

/** The environment of the poll function in serverless.yml. */
async function pollSeconds(): Promise<number> {
  const text = await readFile(new URL("../../../serverless.yml", import.meta.url), "utf8");
  return parse(text, { logLevel: "error" }).functions.poll.timeout;
}

function leaseOf({ request }: Call): number {
  return Number(dig(request, "ExpressionAttributeValues", ":until", "N"));
}
