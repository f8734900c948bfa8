import { expect, it } from "vitest";
import { sfsTurboJob, worldWithCloud } from "./quoted-cloud.ts";

// Joiners (U+200C, U+200D), variation selectors and tags are invisible on their own, but here they are parts of letters and emoji.
const TEXTS = [
  "🚀 grow data-01",
  "🧑\u200d💻 Improve developer experience of data-01",
  "👩🏽\u200d🚀 grow",
  "👨\u200d👩\u200d👧\u200d👦 shared with the family",
  "❤\ufe0f grow",
  "🏳\ufe0f\u200d🌈 share",
  "1\ufe0f\u20e3 first",
  "می\u200cخواهم grow",
  "क\u200dष data",
  "ක\u200dෂ data",
  "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} share",
];

it.each(TEXTS)("%s is accepted in every text field", async (text) => {
  const world = await worldWithCloud(sfsTurboJob("running"));
  const { status, body } = await world.register("job-1", { title: text, labels: { note: text } });
  expect({ status, errors: body.errors }).toEqual({ status: 201, errors: undefined });
  const expected = text.normalize("NFC");
  expect(body).toMatchObject({ title: expected, labels: { note: expected } });
  const until = new Date(world.clock.now() + 3_600_000).toISOString();
  const silenced = await world.request("PATCH", "/jobs/job-1", { body: { silence: { until, reason: text } } });
  expect(silenced).toMatchObject({ status: 200, body: { silence: { reason: expected } } });
});

it.each(TEXTS)("%s appears in the message", async (title) => {
  const world = await worldWithCloud(sfsTurboJob("success", { end_time: "2026-11-23 11:59:00" }));
  await world.register("job-1", { title });
  await world.tick();
  expect(world.sink.messages.map(({ payload }) => JSON.stringify(payload)).join()).toContain(title.normalize("NFC"));
});

it.each(["\ufe0f", "\u200d", "\u200b", "\u200d\u200c", "\u{e0067}"])("%j on its own is not a title", async (title) => {
  const world = await worldWithCloud(sfsTurboJob("running"));
  expect(await world.register("job-1", { title })).toMatchObject({ status: 422, body: { errors: [{ pointer: "/title" }] } });
});
