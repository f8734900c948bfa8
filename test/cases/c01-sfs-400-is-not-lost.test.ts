import { describe, expect, it } from "vitest";
import { delivered } from "../faults/cloud-world.ts";
import { KINDS, type KindName, pathOf } from "./kinds.ts";
import { type Quoted, worldWithCloud } from "./quoted-cloud.ts";

const NOT_PERMITTED = "do not have the operation permission";
const BUSY = "Cluster is doing something";
const NOT_ALLOWED = "Operation is not allowed";

const ERRORS: [kind: KindName, status: number, code: string, message: string][] = [
  ["SFS Turbo job", 400, "SFS.TURBO.0015", NOT_PERMITTED],
  ["SFS Turbo job", 400, "SFS.TURBO.0011", BUSY],
  ["SFS Turbo job", 400, "SFS.TURBO.0012", NOT_ALLOWED],
  ["SFS Turbo job", 400, "SFS.TURBO.0005", "Internal error"],
  ["SFS Turbo job", 404, "SFS.TURBO.0002", "Cluster not found or you do not have permissions"],
  ["SFS Turbo job", 400, "SFS.TURBO.0038", "Unknown error"],
  ["SFS Turbo job", 404, "SFS.TURBO.0015", NOT_PERMITTED],
  ["SFS Turbo job", 403, "SFS.TURBO.0015", NOT_PERMITTED],
  ["extension of a share", 400, "SFS.TURBO.0015", NOT_PERMITTED],
  ["extension of a share", 400, "SFS.TURBO.0011", BUSY],
  ["deletion of a share", 400, "SFS.TURBO.0015", NOT_PERMITTED],
  ["deletion of a share", 404, "SFS.TURBO.0012", NOT_ALLOWED],
  ["data task", 400, "SFS.TURBO.0015", NOT_PERMITTED],
  ["ECS job", 400, "Ecs.0013", "Insufficient EIP quota"],
  ["EVS job", 400, "EVS.5400", "Invalid volume: status must be available"],
  ["IMS job", 404, "IMG.0144", "Failed to perform the operation"],
  ["SDRS job", 400, "SDRS.0303", NOT_ALLOWED],
  ["BMS job", 400, "BMS.0004", NOT_PERMITTED],
  ["DCS job", 400, "111400004", "Empty project ID in the URL"],
  ["RDS job", 400, "DBS.201205", NOT_ALLOWED],
  ["DDS job", 400, "DBS.200010", NOT_ALLOWED],
  ["CBR log", 400, "BackupService.0001", "Authentication failed"],
];

/** The documented answers about a job that does not exist. Without them, a service that never reports a lost job would pass. */
const ENDS: typeof ERRORS = [
  ["SFS Turbo job", 404, "SFS.TURBO.0019", "Invalid job ID"],
  ["SFS Turbo job", 400, "SFS.TURBO.0019", "Invalid job ID"],
  ["SFS Turbo job", 404, "SFS.TURBO.0001", "parameter error"],
  ["SFS Turbo job", 403, "SFS.TURBO.9000", "no such share"],
  ["extension of a share", 404, "SFS.TURBO.0001", "parameter error"],
  ["data task", 400, "SFS.TURBO.0106", "The OBS task does not exist"],
  ["ECS job", 400, "Common.0011", "Invalid job ID"],
  ["RDS job", 400, "DBS.200543", "The job does not exist"],
  ["CBR log", 404, "BackupService.6500", "The operation log does not exist"],
];

/** Longer than a job must be missing to be lost. */
const MINUTES = 21;

const quoted = (status: number, code: string, message: string): Quoted => ({
  status,
  json: code.startsWith("SFS.TURBO.") ? { errCode: code, errMsg: message } : { error: { code, message } },
});

async function afterErrors([kind, ...error]: (typeof ERRORS)[number]) {
  const { body, running, answer } = KINDS[kind];
  const world = await worldWithCloud({ json: answer(running) });
  expect(await world.request("POST", "/jobs", { body })).toMatchObject({ status: 201, body: { state: "running" } });
  world.cloudAnswers(quoted(...error));
  await world.minutesPass(MINUTES);
  return { job: (await world.request("GET", pathOf(KINDS[kind]))).body, world };
}

describe.each(ERRORS)("%s, refused by %i %s (%s)", (kind, status, code, message) => {
  it("stays running, and the operators get the error", async () => {
    const { job, world } = await afterErrors([kind, status, code, message]);
    expect(job).toMatchObject({ state: "running" });
    expect(job).not.toHaveProperty("missingSince");
    expect(delivered(world, "operators").join().toLowerCase()).toContain(code.toLowerCase());
  });

  it("can still be registered", async () => {
    const world = await worldWithCloud(quoted(status, code, message));
    expect(await world.request("POST", "/jobs", { body: KINDS[kind].body })).toMatchObject({ status: 202 });
  });
});

it("SFS Turbo job, refused by 400 SFS.TURBO.0001 (parameter error), stays running if it was seen before", async () => {
  const { job } = await afterErrors(["SFS Turbo job", 400, "SFS.TURBO.0001", "parameter error"]);
  expect(job).toMatchObject({ state: "running" });
});

it.each(ENDS)("%s, answered by %i %s (%s), is lost", async (...end) => {
  expect((await afterErrors(end)).job).toMatchObject({ state: "lost" });
});
