import { expect, test } from "vitest";
import { type Noticed, notifyOperators } from "../../../lib/domain/health/operator-notice.ts";
import { START } from "../job/script.ts";

const NONE: Noticed = { transitions: [], notifications: [] };
const notify = (to: Noticed, opsChannel: string | undefined = "ops") =>
  notifyOperators(to, "project#p", { at: START, kind: "unreachable", reason: "unavailable" }, opsChannel);
const times = (count: number, next: (to: Noticed) => Noticed) =>
  Array.from({ length: count }).reduce<Noticed>((to) => next(to), NONE);

const delivered = (to: Noticed): Noticed => ({
  ...to,
  notifications: to.notifications.map((notification) => ({ ...notification, state: "delivered" })),
});

test("a notice is recorded with its notification, numbered from 1", () => {
  const { transitions, notifications } = times(3, notify);
  expect(transitions.map(({ n }) => n)).toEqual([1, 2, 3]);
  expect(notifications.map(({ n, channel, state }) => `${n} ${state} in ${channel}`)).toEqual([
    "1 pending in ops",
    "2 pending in ops",
    "3 pending in ops",
  ]);
});

test("without an operators' channel only the notice is recorded", () => {
  expect(notifyOperators(NONE, "channel#ops", { at: START, kind: "suspended", reason: "x" }, undefined)).toMatchObject({
    transitions: [{ n: 1, kind: "suspended" }],
    notifications: [],
  });
});

test("the last 20 delivered notices are kept with their notifications, and the numbers continue", () => {
  const { transitions, notifications } = times(50, (to) => delivered(notify(to)));
  expect(transitions.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, index) => 31 + index));
  expect(notifications.map(({ n }) => n)).toEqual(transitions.map(({ n }) => n));
});

test("of more than a hundred undelivered notices the oldest are dropped", () => {
  const { transitions, notifications } = times(250, notify);
  expect(transitions.map(({ n }) => n)).toEqual(Array.from({ length: 100 }, (_, index) => 151 + index));
  expect(notifications.map(({ n }) => n)).toEqual(transitions.map(({ n }) => n));
});

test("an undelivered notice is kept, however old", () => {
  const { transitions, notifications } = times(50, notify);
  expect(transitions).toHaveLength(50);
  expect(notifications).toHaveLength(50);
});
