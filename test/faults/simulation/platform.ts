import { AsyncLocalStorage } from "node:async_hooks";
import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import type { Process } from "./processes.ts";
import { createRandom, type Random } from "./random.ts";
import type { Simulation } from "./simulation.ts";

/** The process whose code is running. The adapters use globals, which do not know processes. */
export interface Here {
  simulation: Simulation;
  process: Process;
  /** Answers the process's calls of `fetch` or `node:http`. */
  fetch(url: URL, body: string): Promise<Response>;
  random: Random;
}

export const here = new AsyncLocalStorage<Here>();

/** Replaces the platform's globals, only for simulated processes. Installed once per thread. */
export function installPlatform(): void {
  const getBuiltinModule = process.getBuiltinModule.bind(process);
  const real = { fetch, setTimeout, clearTimeout, random: Math.random };
  if (installed) return;
  installed = true;

  const virtualTimeout = (act: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
    const store = here.getStore();
    if (!store) return real.setTimeout(act, ms, ...args);
    const timer = { cleared: false, unref: () => timer, ref: () => timer, hasRef: () => true };
    store.simulation.processes.later(store.process, Math.max(ms, 0), () => {
      if (!timer.cleared) act(...args);
    });
    return timer;
  };
  Object.assign(globalThis, {
    setTimeout: virtualTimeout,
    clearTimeout(timer: unknown) {
      if (typeof timer === "object" && timer !== null && "cleared" in timer) timer.cleared = true;
      else real.clearTimeout(timer as NodeJS.Timeout);
    },
    async fetch(input: string | URL | Request, init?: RequestInit) {
      const store = here.getStore();
      if (!store) return real.fetch(input, init);
      return store.fetch(new URL(input instanceof Request ? input.url : input), String(init?.body ?? ""));
    },
  });
  Object.assign(process, {
    getBuiltinModule: (name: string) =>
      here.getStore() && /^node:https?$/.test(name) ? SIMULATED_HTTP : getBuiltinModule(name),
  });
  Math.random = () => here.getStore()?.random.fraction() ?? real.random();
}

let installed = false;

const PUBLIC_ADDRESS = "93.184.215.14";

/** The part of node:http that a client needs. */
const SIMULATED_HTTP = {
  Agent: class {
    destroy() {}
  },
  request(url: string, _options: unknown, answered: (incoming: unknown) => void) {
    const sent = new EventEmitter();
    const end = async (body = "") => {
      const socket = Object.assign(new EventEmitter(), { remoteAddress: PUBLIC_ADDRESS });
      for (const [emitter, event] of [
        [sent, "socket"],
        [socket, "connect"],
        [socket, "secureConnect"],
      ] as const)
        emitter.emit(event, socket);
      const response = await here.getStore()?.fetch(new URL(url), body);
      if (!response) return sent.emit("error", new Error("no process is running"));
      const chunks = [Buffer.from(await response.arrayBuffer())].filter(({ length }) => length > 0);
      const headers = Object.fromEntries(response.headers);
      return answered(Object.assign(Readable.from(chunks), { statusCode: response.status, headers }));
    };
    return Object.assign(sent, { end, destroy: (error?: Error) => error && sent.emit("error", error) });
  },
};

export function randomFor(seed: number): Random {
  return createRandom(seed ^ 0x5eed);
}
