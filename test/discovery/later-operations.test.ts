import { afterEach, beforeEach, expect, it } from "vitest";
import { startWorld, type World } from "../world.ts";
import { jobsOf, type Project, projectOf, watchShares } from "./project.ts";

// Found by schedules of `npm run faults -- --mode lists`: operations of one kind, one after another, on one share.

const A = "854cf6e2-0000-4000-8000-00000000000a";

let world: World;
let project: Project;
beforeEach(async () => {
  world = await startWorld();
  project = projectOf(world);
  project.add(A);
  await watchShares(world);
});
afterEach(() => world.close());

const jobs = async () => (await jobsOf(world)).map((job) => job.slice(A.length + 1));
const messages = () => world.sink.messages.length;

/** The first extension fails, which no poll and no list sees, because a change of the security group begins at once. */
async function loseAnEnd(): Promise<void> {
  await world.tick();
  project.change(A, { sub_status: "121" });
  await world.tick();
  project.change(A, { sub_status: "132" });
  await world.ticks(2);
}

it("lets a job whose end nobody saw continue as the job of the next operation, which is reported once", async () => {
  await loseAnEnd();
  project.change(A, { sub_status: "232", security_group_id: "group-2" });
  await world.ticks(2);
  project.change(A, { sub_status: "121" });
  await world.tick();
  project.change(A, { sub_status: "221", size: "900.00" });
  await world.ticks(3);
  expect(await jobs()).toEqual(["change-security-group.1 success", "extend.1 success"]);
  expect(messages()).toBe(2);
});

it("reports a short operation once that such a job saw end", async () => {
  await loseAnEnd();
  world.clock.advance(20_000);
  const { poll } = world.services.cloud;
  let isShort = true;
  world.services.cloud.poll = async (job, timeoutMs) => {
    if (isShort && job.jobId.includes("extend")) {
      isShort = false;
      project.change(A, { sub_status: "221", size: "900.00" });
      const answer = await poll(job, timeoutMs);
      project.change(A, { sub_status: "132" });
      return answer;
    }
    return await poll(job, timeoutMs);
  };
  await world.ticks(3);
  expect((await jobs()).filter((job) => job.startsWith("extend"))).toEqual(["extend.1 success"]);
  expect(messages()).toBe(1);
});

it("reports an operation although an earlier one has its number in an inventory that was never saved", async () => {
  const { table } = world.services;
  const { savePart } = table;
  project.change(A, { sub_status: "121" });
  Object.assign(table, { savePart: () => Promise.reject(new Error("the process died")) });
  await world.tick();
  project.change(A, { sub_status: "321" });
  await world.tick();
  Object.assign(table, { savePart });
  await world.ticks(2);
  expect(await jobs()).toEqual(["extend.1 failed"]);
  project.change(A, { sub_status: "121" });
  await world.tick();
  project.change(A, { sub_status: "221", size: "900.00" });
  await world.ticks(3);
  expect(await jobs()).toEqual(["extend.1 failed", "extend.2 success"]);
});

it("reports an operation that resembles the one before, whose job has ended", async () => {
  await world.tick();
  project.change(A, { sub_status: "121" });
  await world.tick();
  const { poll } = world.services.cloud;
  // Only a poll of the job sees the end between the two operations.
  world.services.cloud.poll = async (job, timeoutMs) => {
    project.change(A, { sub_status: "221", size: "600.00" });
    const answer = await poll(job, timeoutMs);
    project.change(A, { sub_status: "121" });
    world.services.cloud.poll = poll;
    return answer;
  };
  await world.ticks(4);
  expect(await jobs()).toEqual(["extend.1 success"]);
  project.change(A, { sub_status: "321" });
  await world.ticks(2);
  expect(await jobs()).toEqual(["extend.1 success", "extend.2 failed"]);
});
