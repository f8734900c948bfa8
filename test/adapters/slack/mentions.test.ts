import { describe, expect, test } from "vitest";
import { createSlack } from "../../../lib/adapters/slack/client.ts";
import type { OutgoingNotification } from "../../../lib/domain/notification.ts";
import { serverForTest } from "../../http-server.ts";
import { failedNotification, jobNotification, MINUTE, openJobNotification } from "./sample-notifications.ts";

const MENTION = { failed: "<!subteam^S0614TZR7>", late: "<@U024BE7LH>", lost: "<!here>" };
const late = openJobNotification({ kind: "late" });
const lost = openJobNotification({ kind: "lost", state: "lost", reason: "404" });
const failed = failedNotification();
/** When the sample notifications happened. */
const HAPPENED_AT = failed.transition.at;

interface Posted {
  text: string;
  blocks?: { text: { text: string } }[];
}

async function channel() {
  const posted: Posted[] = [];
  const world = { answer: "ok", now: HAPPENED_AT };
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

describe("who is mentioned", () => {
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

  test("is one person for the most urgent news of a roll-up, in its first block", async () => {
    const { send, posted } = await channel();
    await send(late, lost, failed, failed, jobNotification());
    expect(posted[0]?.blocks?.[0]?.text.text).toMatch(/^\*.*\* <!subteam\^S0614TZR7>$/);
    expect(posted[0]?.text).toMatch(/ <!subteam\^S0614TZR7>$/);
    expect(JSON.stringify(posted[0]).match(/<[!@][^>]*>/g)).toEqual([MENTION.failed, MENTION.failed]);
    expect(JSON.stringify(posted[0]?.blocks?.slice(1))).not.toMatch(/<[@!]/);
  });

  test("is mentioned once by the roll-ups of one flood, and again by the next flood", async () => {
    const { send, texts, world } = await channel();
    await send(failed, failed);
    world.now += MINUTE / 2;
    await send(failed, failed, late);
    world.now += MINUTE + 1;
    await send(failed, failed);
    const mentions = texts().map((text) => text.match(/<[^>]+>/g));
    expect(mentions).toEqual([[MENTION.failed], [MENTION.late], [MENTION.failed]]);
  });

  test("is mentioned again for what happened since, up to three times a minute", async () => {
    const { send, texts, world } = await channel();
    for (let count = 0; count < 5; count++) {
      world.now += 4_000;
      await send(failed, failedNotification({ jobId: "another" }, world.now - 1_000));
    }
    expect(texts().map((text) => text.includes(MENTION.failed))).toEqual([true, true, true, false, false]);
  });

  test("is mentioned for another team's failure within one team's flood", async () => {
    const { send, texts } = await channel();
    const other = failedNotification({ team: "quiet" });
    await send(failed, failed);
    await send(failed, other);
    await send(failed, other);
    expect(texts().map((text) => text.includes(MENTION.failed))).toEqual([true, true, false]);
  });

  test("is mentioned again if the earlier message was not delivered", async () => {
    const { send, texts, world } = await channel();
    world.answer = "busy";
    await send(failed, failed);
    world.answer = "ok";
    await send(failed, failed);
    expect(texts()[1]).toContain(MENTION.failed);
  });

  test("is always mentioned by a message about one job", async () => {
    const { send, texts } = await channel();
    await send(failed, failed);
    await send(failed);
    expect(texts()[1]).toContain(MENTION.failed);
  });
});
