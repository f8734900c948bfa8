import { expect, onTestFinished, test } from "vitest";
import { type SinkOptions, startSlackSink } from "../../infra/local/slack-sink.ts";

const START = Date.parse("2026-11-24T12:00:00.000Z");
const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
const section = (text: string) => ({ type: "section", text: mrkdwn(text) });

async function sinkForTest(options: Partial<SinkOptions> = {}) {
  const clock = { at: START };
  const sink = await startSlackSink({ port: 0, now: () => clock.at, ...options });
  onTestFinished(() => sink.close());
  const post = async (payload: unknown, channel = "storage-ops") => {
    const body = typeof payload === "string" ? payload : JSON.stringify(payload);
    const response = await fetch(`${sink.url}/services/T000/B000/${channel}`, { method: "POST", body });
    return { status: response.status, body: await response.text(), headers: response.headers };
  };
  return { sink, clock, post };
}

test("a message is accepted with ok, kept with its channel and passed on", async () => {
  const received: string[] = [];
  const { sink, post } = await sinkForTest({
    onMessage: ({ rendered }) => received.push(rendered),
    channels: { XYZ: "storage" },
  });
  expect(await post({ text: "*data-01* is ready" }, "XYZ")).toMatchObject({ status: 200, body: "ok" });
  expect(sink.messages).toMatchObject([{ at: START, channel: "storage", payload: { text: "*data-01* is ready" } }]);
  expect(received).toEqual(["  data-01 is ready"]);
});

const REFUSED: { name: string; payload: unknown; word: string }[] = [
  { name: "a body that is not JSON", payload: "text=hello", word: "invalid_payload" },
  { name: "a body that is not an object", payload: ["text"], word: "invalid_payload" },
  { name: "a message without text", payload: { blocks: [section("a")] }, word: "no_text" },
  { name: "more than 40,000 characters of text", payload: { text: "a".repeat(40_001) }, word: "msg_too_long" },
  { name: "more than 50 blocks", payload: { text: "a", blocks: Array(51).fill({ type: "divider" }) }, word: "invalid_blocks" },
  {
    name: "more than 3,000 characters in a section",
    payload: { text: "a", blocks: [section("a".repeat(3001))] },
    word: "invalid_blocks",
  },
  { name: "an empty section", payload: { text: "a", blocks: [section("")] }, word: "invalid_blocks" },
  {
    name: "more than 150 characters in a header",
    payload: { text: "a", blocks: [{ type: "header", text: { type: "plain_text", text: "a".repeat(151) } }] },
    word: "invalid_blocks",
  },
  {
    name: "mrkdwn in a header",
    payload: { text: "a", blocks: [{ type: "header", text: mrkdwn("a") }] },
    word: "invalid_blocks",
  },
  {
    name: "more than 10 fields",
    payload: { text: "a", blocks: [{ type: "section", fields: Array(11).fill(mrkdwn("a")) }] },
    word: "invalid_blocks",
  },
  {
    name: "more than 2,000 characters in a field",
    payload: { text: "a", blocks: [{ type: "section", fields: [mrkdwn("a".repeat(2001))] }] },
    word: "invalid_blocks",
  },
  {
    name: "more than 10 elements in a context",
    payload: { text: "a", blocks: [{ type: "context", elements: Array(11).fill(mrkdwn("a")) }] },
    word: "invalid_blocks",
  },
  {
    name: "a wrong block in an attachment",
    payload: { text: "a", attachments: [{ color: "good", blocks: [{ type: "paragraph" }] }] },
    word: "invalid_attachments",
  },
  {
    name: "more than 13,200 characters in all blocks",
    payload: { text: "a", attachments: [{ blocks: Array(5).fill(section("a".repeat(2800))) }] },
    word: "msg_blocks_too_long",
  },
];

test.each(REFUSED)("$name is rejected with Slack's error word", async ({ payload, word }) => {
  const { sink, post } = await sinkForTest();
  expect(await post(payload)).toMatchObject({ status: 400, body: word });
  expect([sink.messages.length, sink.posts.length]).toEqual([0, 1]);
});

test("with a strict rate a burst gets 429 with Retry-After, and one message per second is accepted", async () => {
  const { clock, post } = await sinkForTest({ strictRate: true });
  const burst = [await post({ text: "1" }), await post({ text: "2" }), await post({ text: "3" }), await post({ text: "4" })];
  expect(burst.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect(burst[3]?.headers.get("retry-after")).toBe("1");
  expect((await post({ text: "another channel" }, "default")).status).toBe(200);
  clock.at += 1000;
  expect([(await post({ text: "5" })).status, (await post({ text: "6" })).status]).toEqual([200, 429]);
});

test("scripted answers are consumed one per post and decide whether the message appears", async () => {
  const { sink, post } = await sinkForTest();
  sink.answer([{ status: 500, body: "rollup_error" }, { cut: "before" }, { status: 503, posted: true }]);
  expect(await post({ text: "first" })).toMatchObject({ status: 500, body: "rollup_error" });
  await expect(post({ text: "second" })).rejects.toThrow();
  await post({ text: "third" });
  expect((await post({ text: "fourth" })).body).toBe("ok");
  expect(sink.messages.map(({ payload }) => payload)).toEqual([{ text: "second" }, { text: "third" }, { text: "fourth" }]);
  expect(sink.posts.map(({ status }) => status)).toEqual([500, 0, 503, 200]);
});

test("a hanging answer ends when the sink is closed", async () => {
  const sink = await startSlackSink({ port: 0 });
  sink.answer((count) => (count === 1 ? { hang: true } : undefined));
  const hanging = fetch(`${sink.url}/services/T0/B0/x`, { method: "POST", body: '{"text":"a"}' });
  const refused = expect(hanging).rejects.toThrow();
  await expect.poll(() => sink.posts.length).toBe(1);
  await sink.close();
  await refused;
});

test("the page receives new messages as harmless markup", async () => {
  const { sink, post } = await sinkForTest();
  await post({ text: "first" });
  await post({ text: '<img src=x onerror="alert(1)"> &lt;b&gt; <javascript:alert(1)|click> <https://a.example/?q="x|docs>' });
  const answer = await (await fetch(`${sink.url}/messages.json?after=1`)).text();
  const { messages } = JSON.parse(answer);
  expect(messages).toMatchObject([{ n: 2, channel: "storage-ops" }]);
  expect(messages[0].html).not.toMatch(/<img|<b>|javascript:/);
  expect(messages[0].html).toContain('href="https://a.example/?q=&quot;x"');
  const page = await fetch(`${sink.url}/`);
  expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none';.*script-src 'sha256-/);
  const shown = await page.text();
  expect(shown).toContain("#storage-ops");
  expect(shown).not.toMatch(/<img|<b>|javascript:|<[^>]* src=|<(a|link)[^>]* href="http(?!s:\/\/a\.example)/);
});

test("a wrong path is not a webhook", async () => {
  const { sink } = await sinkForTest();
  const response = await fetch(`${sink.url}/services/T0/B0`, { method: "POST", body: '{"text":"a"}' });
  expect([response.status, await response.text()]).toEqual([404, "no_service"]);
});
