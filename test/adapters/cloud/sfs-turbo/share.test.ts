import { describe, expect, it } from "vitest";
import { answerOf, observationOf } from "../../../../lib/adapters/cloud/http/answer.ts";
import { shareParser } from "../../../../lib/adapters/cloud/sources/sfs-turbo/share-source.ts";
import { observe } from "../../../../lib/domain/job/apply-observation.ts";
import { hasEnded, type Job, type Observation } from "../../../../lib/domain/job/job.ts";
import { newJob } from "../../../../lib/domain/job/registration.ts";
import { NOW, PROJECT, RULES } from "../../../jobs.ts";

const SHARE = "77ba6f4b-6365-4895-8dda-bc7142af4dde";
const GONE: [number, object] = [404, { errCode: "SFS.TURBO.0002", errMsg: "Share not found" }];

function observed(operation: string, status: number, body: object): Observation {
  return observationOf(
    answerOf(new Response(null, { status }), JSON.stringify(body)),
    shareParser(`${SHARE}.${operation}.1`),
    NOW,
  );
}

/** `200/221/500`: status, sub status and size of the share. `404`: the service does not know the share. */
function at(operation: string, seen: string): Observation {
  if (seen === "404") return observed(operation, ...GONE);
  const [status, sub_status, size] = seen.split("/");
  return observed(operation, 200, {
    id: SHARE,
    status,
    ...(sub_status && { sub_status }),
    ...(size && { size, security_group_id: size }),
  });
}

/** Returns the states of a job after these observations in order. */
function states(operation: string, observations: string[]): string[] {
  const [first = "", ...later] = observations;
  const key = { team: "storage", source: "sfs-turbo-share", projectId: PROJECT, jobId: `${SHARE}.${operation}.1` };
  let job: Job = newJob(key, { channels: ["general"] }, at(operation, first), NOW, RULES);
  for (const [index, seen] of later.entries()) {
    if (!hasEnded(job)) ({ job } = observe(job, at(operation, seen), NOW + (index + 1) * 10_000, RULES));
  }
  return job.transitions.map(({ state }) => state).slice(1);
}

describe("an operation on a share", () => {
  it.each([
    { operation: "create", observations: ["100", "200"], delivered: ["running", "success"] },
    { operation: "create", observations: ["200"], delivered: ["success"] },
    { operation: "create", observations: ["100", "303"], delivered: ["running", "failed"] },
    { operation: "create", observations: ["100", "800"], delivered: ["running", "failed"] },
    {
      operation: "extend",
      observations: ["200//500", "200/121/500", "200/221/600"],
      delivered: ["waiting", "running", "success"],
    },
    { operation: "extend", observations: ["200/121/500", "200/321/500"], delivered: ["running", "failed"] },
    { operation: "extend", observations: ["200/121/500", "300/121/500"], delivered: ["running", "failed"] },
    { operation: "change-security-group", observations: ["200/132", "200/232"], delivered: ["running", "success"] },
    { operation: "change-security-group", observations: ["200/132", "200/332"], delivered: ["running", "failed"] },
    { operation: "add-backend", observations: ["200/150", "200/250"], delivered: ["running", "success"] },
    { operation: "add-backend", observations: ["200/150", "200/350"], delivered: ["running", "failed"] },
    { operation: "remove-backend", observations: ["200/151", "200/251"], delivered: ["running", "success"] },
    { operation: "remove-backend", observations: ["200/151", "200/351"], delivered: ["running", "failed"] },
    { operation: "delete", observations: ["200", "404"], delivered: ["running", "success"] },
    { operation: "delete", observations: ["200", "400"], delivered: ["running", "success"] },
    { operation: "delete", observations: ["200", "300"], delivered: ["running", "failed"] },
  ])("$operation follows $observations", ({ operation, observations, delivered }) =>
    expect(states(operation, observations)).toEqual(delivered),
  );

  it.each([
    { name: "an earlier success", operation: "extend", observations: ["200/221/500", "200/221/500"], delivered: ["waiting"] },
    { name: "an earlier failure", operation: "extend", observations: ["200/321/500", "200/321/500"], delivered: ["waiting"] },
    {
      name: "a failed share that is deleted",
      operation: "delete",
      observations: ["300", "300", "404"],
      delivered: ["waiting", "success"],
    },
    {
      name: "the end of another operation",
      operation: "extend",
      observations: ["200/232/500", "200/332/500"],
      delivered: ["waiting"],
    },
  ])("is not ended by $name", ({ operation, observations, delivered }) =>
    expect(states(operation, observations)).toEqual(delivered),
  );

  it.each([
    { name: "after a poll saw it running", observations: ["200/221/500", "200/121/500", "200/221/500"], end: "success" },
    { name: "after a poll saw another operation", observations: ["200/221/500", "200/132/500", "200/221/500"], end: "success" },
    {
      name: "with the new size of a share that was extended between two polls",
      observations: ["200/221/500", "200/221/600"],
      end: "success",
    },
    { name: "as a success and is now a failure", observations: ["200/221/500", "200/321/500"], end: "failed" },
  ])("ends with the sub status from before, $name", ({ observations, end }) => {
    expect(states("extend", observations).at(-1)).toBe(end);
  });

  it("that fails describes the share itself", () => {
    expect(at("extend", "200/321")).toMatchObject({
      state: "failed",
      errorCode: "321",
      failReason: "The share itself is still available.",
    });
  });

  it("shows the progress of a creation in steps of 10 percent", () => {
    const body = { id: SHARE, status: "100", action_progress: { CREATING: "56%", "": 7, odd: {} } };
    expect(observed("create", 200, body)).toMatchObject({ subJobs: [{ jobType: "creating", state: "50%" }] });
  });

  it.each([
    { name: "400 with another code", status: 400, body: { errCode: "SFS.TURBO.0015" }, kind: "unreachable" },
    { name: "403 with 9000", status: 403, body: { errCode: "SFS.TURBO.9000" }, kind: "missing" },
    { name: "400 with missing or no permission", status: 400, body: { errCode: "SFS.TURBO.0002" }, kind: "missing" },
    {
      name: "404 with an unlisted code",
      status: 404,
      body: { errCode: "SFS.TURBO.0101" },
      kind: "unreachable",
    },
    { name: "a gateway's 404", status: 404, body: { error_code: "APIGW.0101" }, kind: "unreachable" },
    { name: "a proxy's 404", status: 404, body: {}, kind: "unreachable" },
  ])("is not a deletion: $name", ({ status, body, kind }) => {
    const observation = observed("delete", status, body);
    expect(observation.kind).toBe(kind);
    expect(observation).not.toHaveProperty("isGone");
  });

  it("reports a share that was never seen as missing, then lost, not as deleted", () => {
    expect(states("delete", ["404", "404", "404"])).toEqual([]);
    expect(at("extend", "404")).not.toHaveProperty("isGone");
  });
});
