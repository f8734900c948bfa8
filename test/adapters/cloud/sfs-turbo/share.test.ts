import { describe, expect, it } from "vitest";
import { answerOf, observationOf } from "../../../../lib/adapters/cloud/http/answer.ts";
import { readingOfShare } from "../../../../lib/adapters/cloud/sources/sfs-turbo/share-source.ts";
import { observe } from "../../../../lib/domain/job/apply-observation.ts";
import { hasEnded, type Job, type Observation } from "../../../../lib/domain/job/job.ts";
import { newJob } from "../../../../lib/domain/job/registration.ts";
import { NOW, PROJECT, RULES } from "../../../jobs.ts";

const SHARE = "77ba6f4b-6365-4895-8dda-bc7142af4dde";
const GONE: [number, object] = [404, { errCode: "SFS.TURBO.0002", errMsg: "Share not found" }];

function observed(operation: string, status: number, body: object): Observation {
  return observationOf(answerOf(status, {}, JSON.stringify(body)), readingOfShare(`${SHARE}.${operation}.1`), NOW);
}

/** `200/221/500`: status, sub status, size of the share. `404`: the share service does not know it. */
function at(operation: string, sight: string): Observation {
  if (sight === "404") return observed(operation, ...GONE);
  const [status, sub_status, size] = sight.split("/");
  return observed(operation, 200, {
    id: SHARE,
    status,
    ...(sub_status && { sub_status }),
    ...(size && { size, security_group_id: size }),
  });
}

/** The states of a watch that saw these one after the other. */
function states(operation: string, sights: string[]): string[] {
  const [first = "", ...later] = sights;
  const key = { team: "storage", source: "sfs-turbo-share", projectId: PROJECT, jobId: `${SHARE}.${operation}.1` };
  let job: Job = newJob(key, { channels: ["general"] }, at(operation, first), NOW, RULES);
  for (const [index, sight] of later.entries()) {
    if (!hasEnded(job)) ({ job } = observe(job, at(operation, sight), NOW + (index + 1) * 10_000, RULES));
  }
  return job.transitions.map(({ state }) => state).slice(1);
}

describe("an operation on a share", () => {
  it.each([
    { operation: "create", sights: ["100", "200"], told: ["running", "success"] },
    { operation: "create", sights: ["200"], told: ["success"] },
    { operation: "create", sights: ["100", "303"], told: ["running", "failed"] },
    { operation: "create", sights: ["100", "800"], told: ["running", "failed"] },
    { operation: "extend", sights: ["200//500", "200/121/500", "200/221/600"], told: ["waiting", "running", "success"] },
    { operation: "extend", sights: ["200/121/500", "200/321/500"], told: ["running", "failed"] },
    { operation: "extend", sights: ["200/121/500", "300/121/500"], told: ["running", "failed"] },
    { operation: "change-security-group", sights: ["200/132", "200/232"], told: ["running", "success"] },
    { operation: "change-security-group", sights: ["200/132", "200/332"], told: ["running", "failed"] },
    { operation: "add-backend", sights: ["200/150", "200/250"], told: ["running", "success"] },
    { operation: "add-backend", sights: ["200/150", "200/350"], told: ["running", "failed"] },
    { operation: "remove-backend", sights: ["200/151", "200/251"], told: ["running", "success"] },
    { operation: "remove-backend", sights: ["200/151", "200/351"], told: ["running", "failed"] },
    { operation: "delete", sights: ["200", "404"], told: ["running", "success"] },
    { operation: "delete", sights: ["200", "400"], told: ["running", "success"] },
    { operation: "delete", sights: ["200", "300"], told: ["running", "failed"] },
  ])("$operation goes by $sights", ({ operation, sights, told }) => expect(states(operation, sights)).toEqual(told));

  it.each([
    { name: "a success of before", operation: "extend", sights: ["200/221/500", "200/221/500"], told: ["waiting"] },
    { name: "a failure of before", operation: "extend", sights: ["200/321/500", "200/321/500"], told: ["waiting"] },
    {
      name: "a failed share that is deleted",
      operation: "delete",
      sights: ["300", "300", "404"],
      told: ["waiting", "success"],
    },
    { name: "what another operation left", operation: "extend", sights: ["200/232/500", "200/332/500"], told: ["waiting"] },
  ])("does not end by $name", ({ operation, sights, told }) => expect(states(operation, sights)).toEqual(told));

  it.each([
    { name: "after a run that was seen", sights: ["200/221/500", "200/121/500", "200/221/500"], end: "success" },
    { name: "after another operation was seen", sights: ["200/221/500", "200/132/500", "200/221/500"], end: "success" },
    {
      name: "by the size of a share that was extended between two looks",
      sights: ["200/221/500", "200/221/600"],
      end: "success",
    },
    { name: "by a failure that was a success", sights: ["200/221/500", "200/321/500"], end: "failed" },
  ])("ends by the sub status that was there before $name", ({ sights, end }) => {
    expect(states("extend", sights).at(-1)).toBe(end);
  });

  it("that fails says how the share itself is", () => {
    expect(at("extend", "200/321")).toMatchObject({
      state: "failed",
      errorCode: "321",
      failReason: "the share itself is in status 200 (available)",
    });
  });

  it("shows the progress of a creation in tens of per cent", () => {
    const body = { id: SHARE, status: "100", action_progress: { CREATING: "56%", "": 7, odd: {} } };
    expect(observed("create", 200, body)).toMatchObject({ subJobs: [{ jobType: "creating", state: "50%" }] });
  });

  it.each([
    { name: "400 with another code", status: 400, body: { errCode: "SFS.TURBO.0015" }, kind: "unreachable" },
    { name: "403 with 9000", status: 403, body: { errCode: "SFS.TURBO.9000" }, kind: "missing" },
    { name: "400 with missing or no permission", status: 400, body: { errCode: "SFS.TURBO.0002" }, kind: "missing" },
    {
      name: "404 with a code that the table does not name",
      status: 404,
      body: { errCode: "SFS.TURBO.0101" },
      kind: "unreachable",
    },
    { name: "a gateway's 404", status: 404, body: { error_code: "APIGW.0101" }, kind: "unreachable" },
    { name: "a proxy's 404", status: 404, body: {}, kind: "unreachable" },
  ])("deletes nothing by $name", ({ status, body, kind }) => {
    const observation = observed("delete", status, body);
    expect(observation.kind).toBe(kind);
    expect(observation).not.toHaveProperty("isGone");
  });

  it("deletes no share that was never seen: it is missing, and lost some day", () => {
    expect(states("delete", ["404", "404", "404"])).toEqual([]);
    expect(at("extend", "404")).not.toHaveProperty("isGone");
  });
});
