import { expect, it } from "vitest";
import { delivered } from "../faults/cloud-world.ts";
import { KINDS, type KindName, pathOf } from "./kinds.ts";
import { worldWithCloud } from "./quoted-cloud.ts";

const NOT_PUBLISHED = {
  error_msg: "The API does not exist or has not been published in the environment",
  error_code: "APIGW.0101",
  request_id: "71d53ba40c3ad62cdea44b5e9ce5996b",
};

it.each(Object.keys(KINDS) as KindName[])(
  "%s: an error of a gateway without this API says nothing about the job",
  async (kind) => {
    const world = await worldWithCloud({ status: 404, json: NOT_PUBLISHED });
    expect(await world.request("POST", "/jobs", { body: KINDS[kind].body })).toMatchObject({ status: 202 });
    await world.minutesPass(21);
    const { body } = await world.request("GET", pathOf(KINDS[kind]));
    expect(body).toMatchObject({ state: "registered" });
    expect(body).not.toHaveProperty("missingSince");
    expect(delivered(world, "operators").join()).toContain("APIGW.0101");
  },
);
