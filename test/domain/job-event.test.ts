import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { eventOf, testEvent } from "../../lib/domain/job/job-event.ts";
import type { Telling } from "../../lib/ports.ts";
import { channelTelling, failedTelling, jobTelling, serviceTelling } from "../adapters/slack/tellings.ts";

const SCHEMA = JSON.parse(readFileSync(new URL("../../docs/events.schema.json", import.meta.url), "utf8"));
const schema = z.fromJSONSchema(SCHEMA);
const sent = (event: object) => JSON.parse(JSON.stringify(event));

test.each<[string, Telling]>([
  ["a success", jobTelling({}, { labels: { env: "prod" }, runbookUrl: "https://runbooks.example.com/", expectedMinutes: 5 })],
  ["a failure with sub jobs", failedTelling()],
  ["a job that was registered", jobTelling({ n: 1, kind: "registered", state: "registered" }, { state: "registered" })],
  ["an unreachable service", serviceTelling({ kind: "unreachable", reason: "unavailable: 503" })],
  ["a parked channel", channelTelling({ kind: "parked", reason: "no_service" })],
])("the event of %s keeps docs/events.schema.json, whole and plain", (_, telling) => {
  for (const plain of [false, true]) expect(schema.safeParse(sent(eventOf(telling, plain))).error).toBeUndefined();
});

test("a test event keeps the schema, and the schema refuses what is none", () => {
  expect(schema.safeParse(sent(testEvent("test_1", 0))).success).toBe(true);
  expect(schema.safeParse({ ...sent(eventOf(jobTelling())), version: 2 }).success).toBe(false);
  expect(schema.safeParse({ ...sent(eventOf(jobTelling())), data: {} }).success).toBe(false);
});

test("every field of an event is one that the schema describes", () => {
  const described = SCHEMA.oneOf[0].properties.data.properties;
  const { data } = sent(
    eventOf(failedTelling({ labels: { a: "b" }, runbookUrl: "https://x.example.com/", expectedMinutes: 1 })),
  );
  expect(Object.keys(described)).toEqual(expect.arrayContaining(Object.keys(data)));
  for (const part of ["job", "transition"])
    expect(Object.keys(described[part].properties)).toEqual(expect.arrayContaining(Object.keys(data[part])));
});
