import { type ChildProcess, spawn } from "node:child_process";
import { afterEach, beforeEach, expect, it } from "vitest";
import { json } from "../../infra/local/answer.ts";
import type { Listening } from "../../infra/local/listen.ts";
import { type Call, type Fate, startTableProxy } from "../table-proxy.ts";
import { startWorld, type World } from "../world.ts";

let world: World;
let proxy: Listening;
let decide: (call: Call) => Fate;

beforeEach(async () => {
  world = await startWorld({}, Date.now());
  proxy = await startTableProxy(world.table.endpoint, (call) => decide(call));
});
afterEach(async () => {
  await proxy.close();
  await world.close();
});

/** The poll function in a process of its own; its handler is the deployed one. */
function startTick(): ChildProcess {
  const script = new URL("./poll-process.ts", import.meta.url).pathname;
  const env = {
    ...world.environment,
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL_DYNAMODB: proxy.url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    POWERTOOLS_METRICS_DISABLED: "true",
  };
  return spawn(process.execPath, [script], { env, stdio: "ignore" });
}

/** Registers a job that has failed by the next look, and kills the tick that finds it at one moment. */
async function killAt(isTheMoment: (call: Call) => boolean): Promise<void> {
  world.cloud.answer("victim", (look) => json(200, { status: look === 1 ? "running" : "failed", fail_reason: "no space" }));
  await world.register("victim");
  const child = startTick();
  const died = new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)));
  decide = (call) => {
    if (!isTheMoment(call)) return "answer";
    child.kill("SIGKILL");
    return "hang";
  };
  expect(await died).toBe("SIGKILL");
}

const told = () => world.sink.messages.map(({ rendered }) => rendered);

it("is told within two minutes by the first tick after the dead one's lease, when killed between save and send", async () => {
  const tickBeganAt = world.clock.now();
  await killAt(({ operation, pk }) => operation === "UpdateItem" && pk.startsWith("job#"));
  expect(world.sink.posts).toEqual([]);
  expect((await world.request("GET", "/jobs/victim")).body).toMatchObject({ state: "failed", alerts: [{ state: "pending" }] });
  world.clock.advance(60_000);
  await world.tick();
  expect(told()).toEqual([]);
  await world.tick();
  expect(told()).toHaveLength(1);
  expect(told()[0]).toContain("no space");
  expect(told()[0]).not.toContain("may repeat");
  expect((world.sink.messages[0]?.at ?? 0) - tickBeganAt).toBeLessThanOrEqual(120_000);
  await world.ticks(2);
  expect(told()).toHaveLength(1);
}, 60_000);

it("is told again, with the same id and the words, when killed between Slack's ok and the mark", async () => {
  let channelWrites = 0;
  await killAt(({ operation, pk }) => {
    if (operation === "UpdateItem" && pk.startsWith("channel#")) channelWrites++;
    return operation === "GetItem" && pk.startsWith("channel#") && channelWrites === 1 && world.sink.messages.length === 1;
  });
  world.clock.advance(130_000);
  await world.ticks(3);
  expect(told()).toHaveLength(2);
  expect(told()[1]).toContain("may repeat");
  const [first, second] = told().map((text) => /alert[\s┃]+(\w{11})/.exec(text)?.[1]);
  expect(first).toBe(second);
}, 60_000);

it("is not told again when killed between the mark and the jobs' marks", async () => {
  let channelWrites = 0;
  await killAt(({ operation, pk }) => {
    if (operation === "UpdateItem" && pk.startsWith("channel#")) channelWrites++;
    return channelWrites === 2;
  });
  expect((await world.request("GET", "/jobs/victim")).body.alerts[0].state).toBe("pending");
  world.clock.advance(130_000);
  await world.ticks(3);
  expect(told()).toHaveLength(1);
  expect((await world.request("GET", "/jobs/victim")).body.alerts[0].state).toBe("delivered");
}, 60_000);
