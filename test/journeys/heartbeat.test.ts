import { afterEach, describe, expect, it } from "vitest";
import { createTickHandler } from "../../functions/poll/tick.ts";
import { createHeartbeat } from "../../lib/adapters/heartbeat/ping.ts";
import { type Handler, serverForTest } from "../http-server.ts";
import { startWorld, type World } from "../world.ts";

const MINUTE = 60_000;
const TOKEN = "d34d-m4n-t0k3n";
const ok: Handler = (_, response) => void response.end("OK");

let world: World;
afterEach(() => world?.close());

async function monitor(handler: Handler = ok) {
  const server = await serverForTest(handler);
  return { ...server, url: `${server.url}/ping/${TOKEN}` };
}

it("pings the heartbeat monitor after each successful tick", async () => {
  const { url, requests } = await monitor();
  world = await startWorld({ HEARTBEAT_URL: url });
  await world.ticks(2);
  expect(requests.map(({ method, url: path }) => `${method} ${path}`)).toEqual(Array(2).fill(`GET /ping/${TOKEN}`));
});

it("does not ping after a tick that failed or found the lease taken", async () => {
  const { url, requests } = await monitor();
  world = await startWorld({ HEARTBEAT_URL: url });
  const { table } = world.services;
  const { closeSegment } = table;
  table.closeSegment = () => Promise.reject(new Error("the table refuses"));
  await expect(world.tick()).rejects.toThrow("the table refuses");
  table.closeSegment = closeSegment;
  await world.tick();
  expect(requests).toEqual([]);
  await world.ticks(2);
  expect(requests).toHaveLength(1);
});

it("pings once for three segments, and not while one of them has a backlog", async () => {
  const { url, requests } = await monitor();
  world = await startWorld({ HEARTBEAT_URL: url, POLL_SEGMENTS: "3" });
  const handler = createTickHandler(world.services);
  const minute = async (segments: number[]) => {
    const end = world.clock.now() + 58_000;
    const getRemainingTimeInMillis = () => end - world.clock.now();
    for (const segment of segments)
      await handler({ segment }, { awsRequestId: "id", functionName: "poll", getRemainingTimeInMillis });
    world.clock.advance(MINUTE);
  };
  await minute([1, 2, 0]);
  expect(requests).toHaveLength(1);
  for (let count = 0; count < 4; count++) await minute([1, 0]);
  const whileAlive = requests.length;
  await minute([1, 0]);
  expect(requests).toHaveLength(whileAlive);
  await minute([2, 1, 0]);
  expect(requests).toHaveLength(whileAlive + 1);
});

describe("a heartbeat monitor that", () => {
  it.each<{ name: string; handler: Handler; output: string }>([
    { name: "rejects the ping", handler: (_, response) => void response.writeHead(404).end(), output: "status 404" },
    {
      name: "redirects is not followed and",
      handler: ({ url }, response) => void response.writeHead(302, { location: `${url}/other` }).end(),
      output: "status 302",
    },
    { name: "never answers", handler: () => undefined, output: "TimeoutError" },
    { name: "closes the connection", handler: (_, response) => void response.destroy(), output: "TypeError" },
  ])("$name does not fail the tick, and its URL is not logged", async ({ handler, output }) => {
    const { url, requests } = await monitor(handler);
    world = await startWorld();
    world.services.heartbeat = createHeartbeat(url, world.services.log);
    const { ping } = world.services.heartbeat;
    world.services.heartbeat.ping = () => ping(200);
    await world.tick();
    expect(requests).toHaveLength(1);
    expect(world.logged.join()).toContain(`"heartbeat was not accepted","reason":"${output}"`);
    expect(world.logged.join()).not.toContain(TOKEN);
    expect((await world.request("GET", "/health")).status).toBe(200);
  });
});
