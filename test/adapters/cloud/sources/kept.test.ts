import { describe, expect, it } from "vitest";
import { answerOf, observationOf } from "../../../../lib/adapters/cloud/http/answer.ts";
import { observationOfServiceJob } from "../../../../lib/adapters/cloud/sources/other-services/job-answer.ts";
import { SERVICES } from "../../../../lib/adapters/cloud/sources/other-services/services.ts";
import { jobParser } from "../../../../lib/adapters/cloud/sources/sfs-turbo/job-source.ts";
import type { Seen } from "../../../../lib/domain/job/job.ts";

// What does not fit into a record is counted, never dropped silently.

const ECS = SERVICES.find(({ name }) => name === "ecs-job") ?? expect.unreachable();
const sub = (index: number, status: string, reason?: string) => ({ job_id: `s-${index}`, status, fail_reason: reason });
const SOURCES = [
  {
    source: "SFS Turbo",
    read: (body: Record<string, unknown>) => observationOf(answerOf(new Response(), JSON.stringify(body)), jobParser("j"), 0),
  },
  {
    source: "ECS",
    read: ({ sub_jobs, ...job }: Record<string, unknown>) =>
      observationOfServiceJob(ECS, { ...job, entities: { sub_jobs } }, "j"),
  },
];

describe.each(SOURCES)("$source", ({ read }) => {
  const seen = (sub_jobs: object[], more: object = {}) => read({ status: "running", ...more, sub_jobs }) as Seen;

  it("keeps failed sub jobs before others, in the cloud's order, and counts the rest", () => {
    const all = Array.from({ length: 58 }, (_, index) => sub(index, [3, 56, 57].includes(index) ? "failed" : "success"));
    const { subJobs, moreSubJobs } = seen(all);
    const kept = [...Array.from({ length: 48 }, (_, index) => index), 56, 57];
    expect(subJobs.map(({ jobId }) => jobId)).toEqual(kept.map((index) => `s-${index}`));
    expect(moreSubJobs).toBe(8);
  });

  it("treats a sub job with a reason and an unknown status as failed", () => {
    const all = Array.from({ length: 51 }, (_, index) =>
      index === 50 ? sub(50, "broken", "no space") : sub(index, "success"),
    );
    expect(seen(all).subJobs.at(-1)).toMatchObject({ jobId: "s-50", failReason: "no space" });
  });

  it("counts nothing if all are kept", () => {
    expect(seen(Array.from({ length: 50 }, (_, index) => sub(index, "success")))).not.toHaveProperty("moreSubJobs");
  });

  it("keeps 4,000 characters of a reason and 1,000 per sub job, and counts the rest", () => {
    const reason = "x".repeat(6_004);
    const { failReason, subJobs } = seen([sub(0, "failed", reason), sub(1, "failed", "y".repeat(1_000))], {
      fail_reason: reason,
    });
    expect(failReason).toBe(`${"x".repeat(4_000)}... 2,004 more characters`);
    expect(subJobs.map((one) => one.failReason)).toEqual([`${"x".repeat(1_000)}... 5,004 more characters`, "y".repeat(1_000)]);
  });

  it.each([
    { name: "plain letters", unit: "x", kept: 1_000 },
    { name: "three bytes per character", unit: "容", kept: 400 },
    { name: "four bytes per character", unit: "🚀", kept: 400 },
    { name: "characters that JSON escapes", unit: '"', kept: 400 },
  ])("bounds 50 reasons of $name by their bytes", ({ unit, kept }) => {
    const reason = unit.repeat(1_000 / unit.length);
    const { subJobs } = seen(Array.from({ length: 50 }, (_, index) => sub(index, "failed", reason)));
    expect(Buffer.byteLength(JSON.stringify(subJobs))).toBeLessThan(75_000);
    const end = kept === 1_000 ? "" : "... 600 more characters";
    for (const { failReason } of subJobs) expect(failReason).toBe(`${reason.slice(0, kept)}${end}`);
  });
});
