import { expect, it } from "vitest";
import { delivered } from "../faults/cloud-world.ts";
import { worldWithCloud } from "./quoted-cloud.ts";

const ACCESS_KEY = {
  ...{ OS_USERNAME: "", OS_PASSWORD: "", OS_USER_DOMAIN_NAME: "" },
  ...{ OS_ACCESS_KEY: "AK".padEnd(20, "X"), OS_SECRET_KEY: "SK".padEnd(40, "X") },
};

it.each([
  ["a clock that is slow", "signature expired, signature time:20261123T114352Z,server time:20261123T120010Z"],
  ["a clock that is fast", "signature expired, signature time:20261123T123352Z,server time:20261123T120010Z"],
])("notifies the operators of %s", async (_, detail) => {
  const text = `Incorrect IAM authentication information: calc aksk signature fail:${detail}`;
  const error = { error_msg: text, error_code: "APIGW.0301", request_id: "0fb688fc238981ea543d7b2e35891a10" };
  const world = await worldWithCloud({ status: 401, json: error }, ACCESS_KEY);
  expect(await world.register("job-1")).toMatchObject({ status: 202 });
  await world.minutesPass(12);
  expect(delivered(world, "operators").join()).toContain("minutes off the cloud's clock");
  expect((await world.request("GET", "/jobs/job-1")).body).toMatchObject({ state: "registered" });
});
