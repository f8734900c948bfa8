import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { JOB_STATES } from "../../../lib/domain/job/states.ts";
import { TRANSITION_KINDS, type TransitionKind, transitionRow } from "../../../lib/domain/job/transitions.ts";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const { job, transition } = JSON.parse(read("docs/events.schema.json")).oneOf[0].properties.data.properties;

test("docs/events.schema.json lists the kinds of transitions and the states", () => {
  expect(transition.properties.kind.enum).toEqual(TRANSITION_KINDS);
  expect(transition.properties.state.enum).toEqual(JOB_STATES);
  expect(job.properties.state.enum).toEqual(JOB_STATES);
});

test("a transition of a later version notifies nobody and is named by its kind", () => {
  const row = transitionRow({ kind: "paused" as TransitionKind, state: "running" });
  expect(row).toMatchObject({ label: "paused", predicate: "is now: paused" });
  expect(row.news).toBeUndefined();
});
