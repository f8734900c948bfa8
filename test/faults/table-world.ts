import { vi } from "vitest";
import { json } from "../../infra/local/answer.ts";
import { createClient } from "../../lib/adapters/dynamodb/client.ts";
import { createTable } from "../../lib/adapters/dynamodb/table.ts";
import { type Asked, type Call, type Fate, type Refuse, startTableProxy } from "../table-proxy.ts";
import { KEEP_MS } from "../test-table.ts";
import { startWorld, type World } from "../world.ts";

export interface TableWorld extends World {
  /** What the proxy does to each call, until it is changed. */
  faults: { refuse: Refuse; decide: (call: Call) => Fate };
  /** Every attempt of every call since the start. */
  calls: Asked[];
  /** Registers a running job that has failed by the next poll. */
  registerFailing(jobId: string, more?: Record<string, unknown>): ReturnType<World["register"]>;
  /** Runs a tick that may fail by itself; the next one follows a minute later. */
  tickAnyway(): Promise<void>;
  /** The sink's messages about a job, one text per message. */
  delivered(jobId: string): string[];
}

/** A world that calls its table with the deployed client through a proxy that injects the test's faults. `table` bypasses it. */
export async function startTableWorld(settings?: Record<string, string>): Promise<TableWorld> {
  const world = await startWorld(settings);
  const faults: TableWorld["faults"] = { refuse: () => undefined, decide: () => "answer" };
  const calls: Asked[] = [];
  const refuse: Refuse = (asked) => {
    calls.push(asked);
    return faults.refuse(asked);
  };
  const proxy = await startTableProxy(world.table, (call) => faults.decide(call), refuse);
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", proxy.url);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  // The client's waits between attempts are random, starting at 0: always 0 here.
  vi.spyOn(Math, "random").mockReturnValue(0);
  const client = createClient();
  Object.assign(world.services.table, createTable({ name: world.table.name, keepMs: KEEP_MS }, world.clock.now, client));

  return {
    ...world,
    faults,
    calls,
    registerFailing: (jobId, more) => {
      world.cloud.answer(jobId, (poll) => json(200, { status: poll === 1 ? "running" : "failed", fail_reason: "no space" }));
      return world.register(jobId, more);
    },
    tickAnyway: async () => {
      const next = world.clock.now() + 60_000;
      await world.tick().catch(() => world.clock.advance(Math.max(next - world.clock.now(), 0)));
    },
    delivered: (jobId) => world.sink.messages.map(({ rendered }) => rendered).filter((text) => text.includes(jobId)),
    close: async () => {
      client.destroy();
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
      await proxy.close();
      await world.close();
    },
  };
}

export function isWrite({ operation, pk }: Asked, kind: "job" | "channel" | "segment"): boolean {
  return operation === "UpdateItem" && pk.startsWith(`${kind}#`);
}
