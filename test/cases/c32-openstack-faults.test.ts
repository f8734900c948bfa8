import { expect, it } from "vitest";
import { delivered } from "../faults/cloud-world.ts";
import { KINDS, type KindName, pathOf } from "./kinds.ts";
import { worldWithCloud } from "./quoted-cloud.ts";

const ERRORS: [kind: KindName, status: number, name: string, message: string][] = [
  ["EVS job", 403, "forbidden", "Invalid share: Share status must be one of (available,error,inactive)."],
  ["EVS job", 404, "itemNotFound", "The resource could not be found."],
  ["EVS job", 400, "badRequest", "Expecting to find valid JSON in request body."],
  ["EVS job", 413, "overLimit", "This request was rate-limited."],
  ["EVS job", 409, "conflictingRequest", "The volume is being used by another operation."],
  ["EVS job", 503, "serviceUnavailable", "The server is currently unavailable."],
  ["ECS job", 400, "badRequest", "Invalid flavor reference."],
  ["SFS Turbo job", 404, "itemNotFound", "The share could not be found here."],
  ["BMS job", 403, "forbidden", "Policy does not allow this request."],
];

it.each(ERRORS)("%s: the operators get the message of %i %s, %s", async (kind, status, name, message) => {
  const world = await worldWithCloud({ status, json: { [name]: { message, code: status } } });
  expect(await world.request("POST", "/jobs", { body: KINDS[kind].body })).toMatchObject({ status: 202 });
  await world.minutesPass(21);
  const { body } = await world.request("GET", pathOf(KINDS[kind]));
  expect(body).toMatchObject({ state: "registered" });
  expect(body).not.toHaveProperty("missingSince");
  expect(delivered(world, "operators").join()).toContain(message.slice(0, 24));
});
