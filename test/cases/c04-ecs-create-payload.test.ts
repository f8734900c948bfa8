import { expect, it } from "vitest";
import { delivered } from "../faults/cloud-world.ts";
import { worldWithCloud } from "./quoted-cloud.ts";

const ID = "ff8080827e7810fb017f06338a731328";
const SUB_JOB = {
  begin_time: "2026-11-23T11:41:55.554Z",
  end_time: "",
  entities: { server_id: "00000000-0000-4000-8000-000000000001" },
  job_id: "ff8080827e7810fb017f06338ae3132c",
  job_type: "createSingleServer",
  status: "RUNNING",
};
const JOB = {
  begin_time: "2026-11-23T11:41:55.441Z",
  end_time: "",
  entities: { sub_jobs: [SUB_JOB], sub_jobs_total: 1 },
  job_id: ID,
  job_type: "createServer",
  status: "RUNNING",
};
/** Only the sub job's entities have the cause of the failure. */
const FAILED_SUB_JOB = {
  ...SUB_JOB,
  status: "FAIL",
  end_time: "2026-11-23T11:50:55.441Z",
  error_code: "Ecs.0000",
  fail_reason: null,
  entities: { errorcode_message: "Insufficient flavor resources" },
};
const FAILED_JOB = {
  ...JOB,
  status: "FAIL",
  end_time: "2026-11-23T11:51:55.441Z",
  error_code: "Common.0021",
  fail_reason: null,
  entities: { sub_jobs_total: 1, sub_jobs: [FAILED_SUB_JOB] },
};

it.each(["ecs-job", "bms-job", "evs-job"])(
  "%s runs without an end time, then fails with its sub job's reason",
  async (source) => {
    const world = await worldWithCloud({ json: JOB });
    const running = await world.register(ID, { source });
    expect(running).toMatchObject({ status: 201, body: { state: "running", subJobs: [{ state: "running" }] } });
    expect(running.body).not.toHaveProperty("endTime");
    expect(running.body.subJobs[0]).not.toHaveProperty("endTime");
    world.cloudAnswers({ json: FAILED_JOB });
    await world.ticks(2);
    const { body } = await world.request("GET", `/jobs/${ID}?source=${source}`);
    expect(body).toMatchObject({
      state: "failed",
      endTime: "2026-11-23T11:51:55.441Z",
      subJobs: [{ failReason: "Insufficient flavor resources" }],
    });
    expect(delivered(world, "general").join()).toContain("Insufficient flavor resources");
  },
);
