import { expect, it, onTestFinished } from "vitest";
import { type Handler, type Received, serverForTest } from "../http-server.ts";
import { startWorld } from "../world.ts";

const at = (post: Received, channel: string) => post.url.endsWith(channel);

/** The first post to two channels never gets a complete response. Everything else is posted. */
const slowSlack: Handler = ({ url }, response) => {
  if (first.delete(url.split("/").at(-1) ?? "")) {
    if (url.endsWith("silent")) return;
    response.writeHead(200, { "content-type": "text/html" });
    const drip = setInterval(() => response.write("o"), 500);
    response.on("close", () => clearInterval(drip));
    return;
  }
  response.end("ok");
};
const first = new Set(["silent", "drip"]);

it("row 37: a missing and a slowly dripping response of Slack cost 5 s each, concurrently, and no other channel waits", async () => {
  const slack = await serverForTest(slowSlack);
  const names = ["silent", "drip", "prompt"];
  const hooks = Object.fromEntries(names.map((name) => [name, `${slack.url}/services/T1/B1/${name}`]));
  const world = await startWorld({ SLACK_WEBHOOKS: JSON.stringify(hooks), OPS_CHANNEL: "prompt", DEFAULT_CHANNEL: "prompt" });
  onTestFinished(() => world.close());
  world.cloud.answer("job", { status: "success" });
  await world.register("job", { channels: names });
  const began = performance.now();
  const arrivals: Record<string, number> = {};
  const watching = setInterval(() => {
    for (const { url } of slack.requests) arrivals[url.split("/").at(-1) ?? ""] ??= performance.now() - began;
  }, 20);
  onTestFinished(() => clearInterval(watching));
  await world.tick();
  const seconds = (performance.now() - began) / 1_000;
  expect(seconds).toBeGreaterThan(4.5);
  expect(seconds).toBeLessThan(9.5);
  expect(arrivals.prompt).toBeLessThan(4_500);
  await world.ticks(2);
  for (const [name, count] of Object.entries({ silent: 2, drip: 2, prompt: 1 })) {
    const posts = slack.requests.filter((post) => at(post, name));
    expect(posts).toHaveLength(count);
    expect(posts.at(-1)?.body.includes("may repeat")).toBe(count === 2);
  }
  const { body } = await world.request("GET", "/jobs/job");
  expect(body.notifications.map(({ state }: { state: string }) => state)).toEqual(Array(3).fill("delivered"));
});
