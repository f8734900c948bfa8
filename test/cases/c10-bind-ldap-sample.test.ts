import { expect, it } from "vitest";
import { delivered } from "../faults/cloud-world.ts";
import { worldWithCloud } from "./quoted-cloud.ts";

const ID = "26f6b565-0000-4000-8000-03f0bd975433";

it.each(["bind_ldap", "unbind_ldap", "join_ad_domain"])(
  "a %s that takes no time is reported without undefined values",
  async (job_type) => {
    const at = "2026-11-23 11:33:58";
    const world = await worldWithCloud({ json: { job_id: ID, status: "success", job_type, begin_time: at, end_time: at } });
    const { status, body } = await world.register(ID);
    expect({ status, body }).toMatchObject({ status: 201, body: { state: "success", jobType: job_type } });
    expect(body.beginTime).toBe(body.endTime);
    await world.tick();
    const [message, ...more] = delivered(world, "general");
    expect(more).toEqual([]);
    expect(message).not.toMatch(/undefined|NaN|null/);
  },
);

it("rejects an unknown id, with the answer that the cloud documents", async () => {
  const world = await worldWithCloud({ status: 404, json: { errCode: "SFS.TURBO.0001", errMsg: "parameter error" } });
  expect(await world.register(ID)).toMatchObject({ status: 404, body: { type: "unknown-job" } });
});
