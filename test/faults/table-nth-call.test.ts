import { expect, it, onTestFinished } from "vitest";
import { type Asked, INTERNAL_ERROR } from "../table-proxy.ts";
import { startTableWorld, type TableWorld } from "./table-world.ts";

// One fault at each call of a scenario in turn: two jobs of two channels are registered, fail, and are delivered.

/** What happens to the n-th call: whether one attempt or all fail, and whether the table carries it out. */
interface Mode {
  name: string;
  tries: number;
  carriedOut: boolean;
}

const MODES: Mode[] = [
  { name: "rejected once", tries: 1, carriedOut: false },
  { name: "rejected at every attempt", tries: 4, carriedOut: false },
  { name: "carried out and answered with 500 once", tries: 1, carriedOut: true },
  { name: "carried out and answered with 500 at every attempt", tries: 4, carriedOut: true },
];
const MAX_TICKS = 4;

/** Returns a function that returns the number of calls since. */
function breakCall(world: TableWorld, faulty: number, { tries, carriedOut }: Mode): () => number {
  const calls: string[] = [];
  let broken = 0;
  const breaks = ({ invocation }: Asked) => {
    if (!calls.includes(invocation)) calls.push(invocation);
    return calls[faulty - 1] === invocation && broken++ < tries;
  };
  world.faults.refuse = (asked) => (!carriedOut && breaks(asked) ? INTERNAL_ERROR : undefined);
  world.faults.decide = (call) => (carriedOut && breaks(call) ? INTERNAL_ERROR : "answer");
  return () => calls.length;
}

async function registerStubbornly(world: TableWorld, jobId: string, channels: string[]): Promise<void> {
  const { status } = await world.registerFailing(jobId, { channels });
  if (status === 503) expect([200, 201]).toContain((await world.register(jobId, { channels })).status);
  else expect(status).toBe(201);
}

async function deliverBoth(world: TableWorld, story: string): Promise<void> {
  await registerStubbornly(world, `${story}-a`, ["general"]);
  await registerStubbornly(world, `${story}-b`, ["projects"]);
  for (let tick = 0; tick < MAX_TICKS; tick++) {
    await world.tickAnyway();
    if (world.delivered(`${story}-a`).length + world.delivered(`${story}-b`).length === 2) return;
  }
}

it.each(MODES)("row 25: if any single call is $name, each job is delivered once", async (mode) => {
  const world = await startTableWorld({ CHANNELS: JSON.stringify({ projects: { teams: ["storage"] } }) });
  onTestFinished(() => world.close());
  const callsMade = breakCall(world, 0, mode);
  await deliverBoth(world, "plain");
  const calls = callsMade();
  expect(calls).toBeGreaterThan(20);
  const stories = Array.from({ length: calls }, (_, index) => `call-${index + 10}`);
  for (const [index, story] of stories.entries()) {
    breakCall(world, index + 1, mode);
    await deliverBoth(world, story);
  }
  breakCall(world, 0, mode);
  await world.ticks(3);
  for (const jobId of stories.flatMap((story) => [`${story}-a`, `${story}-b`])) {
    expect(world.delivered(jobId), jobId).toHaveLength(1);
    const { body } = await world.request("GET", `/jobs/${jobId}`);
    expect(body, jobId).toMatchObject({ state: "failed", notifications: [{ state: "delivered" }] });
    expect(body.transitions.map(({ n }: { n: number }) => n)).toEqual(body.transitions.map((_: unknown, at: number) => at + 1));
  }
});
