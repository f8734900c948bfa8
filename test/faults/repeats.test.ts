import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { SinkAnswer } from "../../infra/local/slack-sink.ts";
import { type Handler, type Received, serverForTest } from "../http-server.ts";
import { INTERNAL_ERROR } from "../table-proxy.ts";
import { startWorld, type World } from "../world.ts";
import { startTableWorld } from "./table-world.ts";

// Every cause of a repeat in docs/reliability.md except crashes, which are tested in kill.test.ts.

const SECRET = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
const UNANSWERED = [408, 499, 502, 504, 520, 522, 524, 598];
const REFUSED = [500, 501, 503, 505, 507, 508, 521, 523, 525, 526, 530];

beforeEach(() => {
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, "local");
  vi.stubEnv("AWS_REGION", "eu-central-1");
});

async function start(settings: Record<string, string> = {}): Promise<World> {
  const world = await startWorld(settings);
  onTestFinished(() => world.close());
  return world;
}

async function deliver(world: World, channel: string): Promise<void> {
  world.cloud.answer("ended", { status: "success" });
  await world.register("ended", { channels: [channel] });
  await world.ticks(4);
}

const inSlack = (world: World) =>
  world.sink.messages.flatMap(({ channel, rendered }) => (channel === "general" ? [rendered] : []));
const notificationId = (text: string | undefined) => /notification[\s┃]+(\w{11})/.exec(text ?? "")?.[1];

function expectRepeatFlag(world: World): void {
  const [first, second, ...more] = inSlack(world);
  expect(first).not.toContain("may repeat");
  expect(second).toContain("may repeat");
  expect(notificationId(second)).toBe(notificationId(first));
  expect(more).toEqual([]);
}

describe("in Slack", () => {
  it.each<{ name: string; answer: SinkAnswer }>([
    ...UNANSWERED.map((status) => ({ name: `a gateway answers ${status}`, answer: { status, posted: true } })),
    { name: "there is no response", answer: { hang: true, posted: true } },
    { name: "the connection ends before the response", answer: { cut: "before", posted: true } },
    { name: "the response is truncated", answer: { cut: "midway", posted: true } },
    { name: "a 200 has no body", answer: { body: "", posted: true } },
  ])(
    "row 33: a message that was posted although $name is repeated once, with its id and the may-repeat note",
    async ({ answer }) => {
      const world = await start();
      world.sink.answer([answer]);
      await deliver(world, "general");
      expectRepeatFlag(world);
    },
  );

  it.each(REFUSED)("row 32: a message rejected with %d is sent later without the may-repeat note", async (status) => {
    const world = await start();
    world.sink.answer([{ status, body: "server_error" }]);
    await deliver(world, "general");
    const messages = inSlack(world);
    expect(messages).toHaveLength(1);
    expect(messages[0]).not.toContain("may repeat");
  });

  it("row 25: a message whose confirmation the table rejected is repeated once, with its id and the may-repeat note", async () => {
    const world = await startTableWorld();
    onTestFinished(() => world.close());
    await world.registerFailing("ended", { channels: ["general"] });
    world.faults.refuse = ({ operation, pk }) =>
      operation === "UpdateItem" && pk === "channel#general" && world.sink.messages.length === 1 ? INTERNAL_ERROR : undefined;
    await world.tickAnyway();
    world.faults.refuse = () => undefined;
    await world.ticks(4);
    expectRepeatFlag(world);
  });
});

describe.each<{ kind: string; channel: string; taken: Handler; idOf: (request: Received) => unknown }>([
  {
    kind: "a webhook",
    channel: "pipeline",
    taken: (_, response) => void response.writeHead(204).end(),
    idOf: ({ headers }) => headers["webhook-id"],
  },
  {
    kind: "the event bus",
    channel: "events",
    taken: ({ body }, response) => {
      const Entries = JSON.parse(body).Entries.map((_: unknown, index: number) => ({ EventId: `event-${index}` }));
      response.end(JSON.stringify({ FailedEntryCount: 0, Entries }));
    },
    idOf: ({ body }) => JSON.parse(JSON.parse(body).Entries[0].Detail).id,
  },
])("at $kind", ({ channel, taken, idOf }) => {
  it.each([...UNANSWERED, ...REFUSED])("row 33: an event answered with %d is repeated with the same id", async (status) => {
    let answered = 0;
    const { url, requests } = await serverForTest((request, response) =>
      ++answered === 1 ? void response.writeHead(status).end("<html>") : taken(request, response),
    );
    const world = await start({
      WEBHOOKS: JSON.stringify({ pipeline: { url: `${url}/hook`, secrets: [SECRET] } }),
      ...(channel === "events" && { EVENT_BUS_NAME: "jobs", AWS_ENDPOINT_URL_EVENTBRIDGE: url }),
    });
    await deliver(world, channel === "events" ? "general" : channel);
    const [first, second] = requests.map(idOf);
    expect(first).toMatch(/^\w{11}$/);
    expect(second).toBe(first);
    const unclear = world.measured.filter(({ name }) => name === "SendsUnclear").length;
    expect(unclear).toBe(UNANSWERED.includes(status) ? 1 : 0);
  });
});
