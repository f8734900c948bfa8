import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { eventOf, testEvent } from "../../../lib/domain/job/job-event.ts";
import type { OutgoingNotification } from "../../../lib/domain/notification.ts";
import {
  channelNotification,
  failedNotification,
  jobNotification,
  serviceNotification,
} from "../../adapters/slack/sample-notifications.ts";

const SCHEMA = JSON.parse(readFileSync(new URL("../../../docs/events.schema.json", import.meta.url), "utf8"));
const schema = z.fromJSONSchema(SCHEMA);
const sent = (event: object) => JSON.parse(JSON.stringify(event));

test.each<[string, OutgoingNotification]>([
  [
    "a success",
    jobNotification({}, { labels: { env: "prod" }, runbookUrl: "https://runbooks.example.com/", expectedMinutes: 5 }),
  ],
  ["a failure with sub jobs", failedNotification()],
  ["a job that was registered", jobNotification({ n: 1, kind: "registered", state: "registered" }, { state: "registered" })],
  ["an unreachable service", serviceNotification({ kind: "unreachable", reason: "unavailable: 503" })],
  ["a suspended channel", channelNotification({ kind: "suspended", reason: "no_service" })],
])("the full and the plain event of %s match docs/events.schema.json", (_, notification) => {
  for (const plain of [false, true]) expect(schema.safeParse(sent(eventOf(notification, plain))).error).toBeUndefined();
});

test("a test event matches the schema, and the schema rejects other events", () => {
  expect(schema.safeParse(sent(testEvent("test_1", 0))).success).toBe(true);
  expect(schema.safeParse({ ...sent(eventOf(jobNotification())), version: 2 }).success).toBe(false);
  expect(schema.safeParse({ ...sent(eventOf(jobNotification())), data: {} }).success).toBe(false);
});

test("the schema describes every field of an event", () => {
  const described = SCHEMA.oneOf[0].properties.data.properties;
  const { data } = sent(
    eventOf(failedNotification({ labels: { a: "b" }, runbookUrl: "https://x.example.com/", expectedMinutes: 1 })),
  );
  expect(Object.keys(described)).toEqual(expect.arrayContaining(Object.keys(data)));
  for (const part of ["job", "transition"])
    expect(Object.keys(described[part].properties)).toEqual(expect.arrayContaining(Object.keys(data[part])));
});
