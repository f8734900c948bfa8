import { expect, it, onTestFinished } from "vitest";
import { json } from "../../infra/local/answer.ts";
import { eventOf } from "../../lib/domain/job/job-event.ts";
import { jobPk } from "../../lib/domain/table-keys.ts";
import { PROJECT } from "../jobs.ts";
import { startWorld } from "../world.ts";

it("the failed 58th sub job is the reason of the failure, and omitted sub jobs and characters are counted", async () => {
  const world = await startWorld();
  onTestFinished(() => world.close());
  const sub_jobs = Array.from({ length: 58 }, (_, n) => ({
    job_id: `s-${n}`,
    job_type: "create_volume",
    ...(n === 57 ? { status: "failed", error_code: "EVS.2024", fail_reason: "r".repeat(1_200) } : { status: "success" }),
  }));
  world.cloud.answer("wide", () => json(200, { job_id: "wide", status: "failed", fail_reason: "f".repeat(6_004), sub_jobs }));
  await world.register("wide");
  await world.ticks(2);
  const { body } = await world.request("GET", "/jobs/wide");
  expect(body).toMatchObject({ moreSubJobs: 8, failReason: `${"f".repeat(4_000)}... 2,004 more characters` });
  expect(body.subJobs).toHaveLength(50);
  expect(body.subJobs.at(-1)).toMatchObject({ jobId: "s-57", failReason: `${"r".repeat(1_000)}... 200 more characters` });
  const message = JSON.stringify(world.sink.messages.map(({ payload }) => payload));
  expect(message).toContain("at Create volume: rrr");
  expect(message).toContain("8 more sub jobs are not listed");
  const stored = await world.services.table.read(
    jobPk({ team: body.team ?? "storage", source: "sfs-turbo-job", projectId: PROJECT, jobId: "wide" }),
  );
  if (stored?.kind !== "job") throw new Error("no job");
  const transition = stored.record.transitions.at(-1) ?? expect.unreachable();
  const event = eventOf({ kind: "job", notificationId: "a", job: stored.record, transition });
  expect(event.data.job).toMatchObject({ moreSubJobs: 8 });
  expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(200_000);
});
