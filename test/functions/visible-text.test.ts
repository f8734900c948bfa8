import { afterAll, beforeAll, expect, it } from "vitest";
import { startWorld, type World } from "../world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
  world.cloud.answer("*", { status: "success" });
});
afterAll(() => world.close());

const silence = (reason: string) => ({ silence: { until: "2026-11-23T18:00:00Z", reason } });

it.each(["🧑‍💻 data-01", "👩🏽‍🚀", "می‌خواهم", "क्‍ष", "🏴󠁧󠁢󠁳󠁣󠁴󠁿 share", "1️⃣ ❤️‍🔥"])(
  "accepts %j as a title, a label and the reason of a silence, and shows it in Slack",
  async (text) => {
    const registered = await world.register("a", { title: text, labels: { about: text } });
    expect(registered.body).toMatchObject({ title: text, labels: { about: text } });
    expect((await world.request("PATCH", "/jobs/a", { body: silence(text) })).body.silence.reason).toBe(text);
    const { body } = await world.request("POST", "/jobs?dryRun=true", { body: { jobId: "a" } });
    expect(body.messages[0].message.text).toContain(`"${text}"`);
    expect(JSON.stringify(body.messages[0].message)).toContain(`about=${text}`);
  },
);

it.each([
  { text: "\ufe0f", detail: "without U+FE0F in this place" },
  { text: "a\uffff", detail: "without U+FFFF in this place" },
  { text: "\ufffc", detail: "without U+FFFC in this place" },
  { text: "\u3164", detail: "without U+3164 in this place" },
  { text: "\u2800", detail: "without U+2800 in this place" },
  { text: "a\u{e0041}", detail: "without U+E0041 in this place" },
  { text: "a\u200bb", detail: "without U+200B in this place" },
  { text: "a\nb", detail: "without U+000A in this place" },
  { text: "\ue000\ue001", detail: "must have a visible character" },
])("rejects $text in every text field, and names the character", async ({ text, detail: expected }) => {
  await world.register("b");
  const registration = await world.register("b", { title: text, labels: { about: text } });
  expect(registration).toMatchObject({ status: 422, body: { errors: [{ pointer: "/title" }, { pointer: "/labels/about" }] } });
  for (const { detail } of registration.body.errors) expect(detail).toContain(expected);
  for (const [body, pointer] of [
    [{ title: text }, "/title"],
    [{ labels: { about: text } }, "/labels/about"],
    [silence(text), "/silence/reason"],
  ] as const)
    expect(await world.request("PATCH", "/jobs/b", { body })).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  const named = await world.register("b", { labels: { [`a${text}`]: "x" } });
  expect(named.status).toBe(422);
});
