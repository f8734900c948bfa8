import { createFastClock } from "./fast-clock.ts";

// `node --import fast-time.ts`: the process uses the fast clock of FAST_TIME for its dates, timers and timeouts. Its code is the
// deployed code.

const { speed, from } = JSON.parse(process.env.FAST_TIME ?? "");
const { now } = createFastClock(speed, from);

const { Date: RealDate, setTimeout: realTimeout, setInterval: realInterval } = globalThis;
RealDate.now = now;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
});
globalThis.setTimeout = faster(realTimeout);
globalThis.setInterval = faster(realInterval);

const realPerformanceNow = performance.now.bind(performance);
performance.now = () => realPerformanceNow() * speed;
const realAbortTimeout = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (ms) => realAbortTimeout(Math.ceil(ms / speed));

function faster<Timer extends typeof setTimeout | typeof setInterval>(timer: Timer): Timer {
  return new Proxy(timer, {
    apply: (target, self, [callback, ms, ...args]) => Reflect.apply(target, self, [callback, Number(ms ?? 0) / speed, ...args]),
  });
}
