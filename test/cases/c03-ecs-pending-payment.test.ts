import { expect, it } from "vitest";
import { delivered } from "../faults/cloud-world.ts";
import { KINDS, type KindName, pathOf } from "./kinds.ts";
import { worldWithCloud } from "./quoted-cloud.ts";

const DOCUMENTED: [kind: KindName, status: string, state: string][] = [
  ["ECS job", "PENDING_PAYMENT", "waiting"],
  ["ECS job", "INIT", "waiting"],
  ["ECS job", "FAIL", "failed"],
  ["EVS job", "INIT", "waiting"],
  ["IMS job", "SUCCESS", "success"],
  ["SDRS job", "FAIL", "failed"],
  ["BMS job", "INIT", "waiting"],
  ["DCS job", "SUCCESS", "success"],
  ["RDS job", "Completed", "success"],
  ["DDS job", "Failed", "failed"],
  ["CBR log", "skipped", "success"],
  ["CBR log", "timeout", "failed"],
  ["CBR log", "waiting", "waiting"],
  ["data task", "SUCCESS", "success"],
  ["SFS Turbo job", "waiting", "waiting"],
];

it.each(DOCUMENTED)("%s in %s is %s", async (kind, status, state) => {
  const { body, answer } = KINDS[kind];
  const world = await worldWithCloud({ json: answer(status) });
  expect(await world.request("POST", "/jobs", { body })).toMatchObject({ status: 201, body: { state } });
  await world.tick();
  expect(delivered(world, "operators")).toEqual([]);
});

it("is running once it is paid", async () => {
  const { body, answer } = KINDS["ECS job"];
  const world = await worldWithCloud({ json: answer("PENDING_PAYMENT") });
  await world.request("POST", "/jobs", { body });
  world.cloudAnswers({ json: answer("RUNNING") });
  await world.ticks(2);
  expect((await world.request("GET", pathOf(KINDS["ECS job"]))).body).toMatchObject({ state: "running" });
});
