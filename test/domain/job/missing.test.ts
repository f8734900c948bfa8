import { expect, it } from "vitest";
import type { Missing, Observation } from "../../../lib/domain/job/job.ts";
import { type Evidence, resolveMissing } from "../../../lib/domain/job/missing.ts";

const REFUSAL: Missing = { kind: "missing", reason: "SFS.TURBO.0002 Cluster not found", requestId: "r-1" };
const ALL: Evidence[] = [false, true].flatMap((wasSeen) => [false, true].map((othersSeen) => ({ wasSeen, othersSeen })));

it.each([
  { onlyIf: "never-seen" as const, holds: [true, true, false, false] },
  { onlyIf: "seen-before" as const, holds: [false, false, true, true] },
  { onlyIf: "others-seen" as const, holds: [false, true, false, true] },
  { onlyIf: "any-seen" as const, holds: [false, true, true, true] },
  { onlyIf: undefined, holds: [true, true, true, true] },
])(
  "a response that means missing $onlyIf is missing under that condition, else unreachable with the same reason",
  ({ onlyIf, holds }) => {
    const observation: Missing = onlyIf === undefined ? REFUSAL : { ...REFUSAL, onlyIf };
    const resolved = ALL.map((evidence) => resolveMissing(observation, evidence));
    const unreachable = {
      kind: "unreachable",
      cause: onlyIf === "never-seen" ? "configuration" : "not-permitted",
      reason: REFUSAL.reason,
      requestId: "r-1",
    };
    expect(resolved).toEqual(holds.map((isMissing) => (isMissing ? REFUSAL : unreachable)));
  },
);

it("an unreadable share is not gone", () => {
  const gone: Missing = { ...REFUSAL, isGone: true, onlyIf: "any-seen" };
  expect(resolveMissing(gone, { wasSeen: true, othersSeen: false })).toEqual({ ...REFUSAL, isGone: true });
  expect(resolveMissing(gone, { wasSeen: false, othersSeen: false })).not.toHaveProperty("isGone");
});

it("returns seen and unreachable observations unchanged", () => {
  const seen: Observation = { kind: "seen", state: "running", subJobs: [] };
  expect(resolveMissing(seen, { wasSeen: false, othersSeen: false })).toBe(seen);
});
