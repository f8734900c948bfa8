import { describe, expect, test } from "vitest";
import { createSlack } from "../../../lib/adapters/slack/client.ts";
import type { OutgoingNotification } from "../../../lib/ports.ts";
import { serverForTest } from "../../http-server.ts";
import { failedNotification, jobNotification, MINUTE, openJobNotification } from "./sample-notifications.ts";

const MENTION = { failed: "<!subteam^S0614TZR7>", late: "<@U024BE7LH>", lost: "<!here>" };
const late = openJobNotification({ kind: "late" });
const lost = openJobNotification({ kind: "lost", state: "lost", reason: "404" });
const failed = failedNotification();

interface Posted {
  text: string;
  blocks?: { text: { text: string } }[];
}

async function channel() {
  const posted: Posted[] = [];
  const world = { answer: "ok", now: 0 };
  const { url } = await serverForTest(({ body }, response) => {
    posted.push(JSON.parse(body));
    response.writeHead(world.answer === "ok" ? 200 : 503).end(world.answer);
  });
  const log = { info() {}, warn() {}, error() {} };
  const slack = createSlack(
    { ops: `${url}/services/T0/B0/x` },
    { log, channels: { ops: { mention: MENTION } }, now: () => world.now },
  );
  return {
    posted,
    world,
    send: (...notifications: OutgoingNotification[]) =>
      slack.send("ops", notifications, { id: "0a1b2c3d4e5", mayRepeat: false, plain: false }),
    texts: () => posted.map(({ text }) => text),
  };
}

describe("who is called", () => {
  test.each([
    { name: "a failure", notification: failed, who: " <!subteam^S0614TZR7>" },
    { name: "a late job", notification: late, who: " <@U024BE7LH>" },
    { name: "a reminder", notification: openJobNotification({ kind: "reminder" }), who: " <@U024BE7LH>" },
    { name: "a lost job", notification: lost, who: " <!here>" },
    { name: "a success: nobody", notification: jobNotification(), who: "" },
    { name: "a start: nobody", notification: openJobNotification({}), who: "" },
  ])("for $name", async ({ notification, who }) => {
    const { send, texts } = await channel();
    await send(notification);
    expect(texts()[0]?.replace(/^[^<]*[^ <]/, "")).toBe(who);
  });

  test("stands in the first block of a roll-up, each one once", async () => {
    const { send, posted } = await channel();
    await send(failed, late, failed, jobNotification());
    expect(posted[0]?.blocks?.[0]?.text.text).toMatch(/^\*.*\* <!subteam\^S0614TZR7> <@U024BE7LH>$/);
    expect(posted[0]?.text).toMatch(/ <!subteam\^S0614TZR7> <@U024BE7LH>$/);
    expect(JSON.stringify(posted[0]?.blocks?.slice(1))).not.toMatch(/<[@!]/);
  });

  test("is called once by the roll-ups of one flood, and again by the next", async () => {
    const { send, texts, world } = await channel();
    await send(failed, failed);
    world.now += MINUTE / 2;
    await send(failed, failed, late);
    world.now += MINUTE + 1;
    await send(failed, failed);
    const calls = texts().map((text) => text.match(/<[^>]+>/g));
    expect(calls).toEqual([[MENTION.failed], [MENTION.late], [MENTION.failed]]);
  });

  test("is called for another team's failure within the flood of one team", async () => {
    const { send, texts } = await channel();
    const other = failedNotification({ team: "quiet" });
    await send(failed, failed);
    await send(failed, other);
    await send(failed, other);
    expect(texts().map((text) => text.includes(MENTION.failed))).toEqual([true, true, false]);
  });

  test("is called again where the earlier message did not get through", async () => {
    const { send, texts, world } = await channel();
    world.answer = "busy";
    await send(failed, failed);
    world.answer = "ok";
    await send(failed, failed);
    expect(texts()[1]).toContain(MENTION.failed);
  });

  test("is always called by a message about one job", async () => {
    const { send, texts } = await channel();
    await send(failed, failed);
    await send(failed);
    expect(texts()[1]).toContain(MENTION.failed);
  });
});
