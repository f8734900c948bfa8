import { expect, it } from "vitest";
import { worldWithCloud } from "./quoted-cloud.ts";

const THROTTLED = "The throttling threshold has been reached: policy ip over ratelimit,limit:5,time:1 minute";

it.each(["APIG.0308", "APIGW.0308"])(
  "makes at most one request in the minute after 429 %s without Retry-After",
  async (code) => {
    const error = { error_msg: THROTTLED, error_code: code, request_id: "771af17e42c5d9fa7f0d1f7e2a8f1c6f" };
    const world = await worldWithCloud({ status: 429, json: error });
    for (const jobId of ["job-a", "job-b", "job-c"]) expect(await world.register(jobId)).toMatchObject({ status: 202 });
    const before = world.requestsToCloud();
    await world.tick();
    expect(world.requestsToCloud() - before).toBeLessThanOrEqual(1);
    const { body } = await world.request("GET", "/jobs/job-a");
    expect(body).toMatchObject({ state: "registered" });
    expect(body).not.toHaveProperty("missingSince");
  },
);
