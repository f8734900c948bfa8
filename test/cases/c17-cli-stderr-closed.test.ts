import { once } from "node:events";
import { expect, it } from "vitest";
import { commandLineOf } from "./command-line.ts";
import { sfsTurboJob, worldWithCloud } from "./quoted-cloud.ts";

// Progress goes to standard error. Exit 1 means "the job failed", and an uncaught EPIPE exits with 1 too.

async function waiting() {
  const world = await worldWithCloud(sfsTurboJob("waiting"));
  await world.register("job-1");
  const commandLine = await commandLineOf(world);
  const end = async (status: string) => {
    await commandLine.requested(1);
    world.cloudAnswers(sfsTurboJob("running"));
    await world.ticks(2);
    world.cloudAnswers(sfsTurboJob(status, { end_time: "2026-11-23 11:59:00" }));
    await world.ticks(2);
  };
  return { commandLine, end };
}

it.each([
  ["success", 0],
  ["failed", 1],
])("wait, standard error closed: %s exits with %i", async (status, exit) => {
  const { commandLine, end } = await waiting();
  const child = commandLine.start(["wait", "job-1"]);
  let printed = "";
  child.stdout?.on("data", (chunk) => (printed += chunk));
  child.stderr?.destroy();
  const exited = once(child, "exit");
  await end(status);
  expect([(await exited)[0], printed]).toEqual([exit, expect.stringContaining("job-1")]);
});

it("wait, standard error closed: a job that has not ended exits with 2", async () => {
  const { commandLine } = await waiting();
  const child = commandLine.start(["wait", "job-1", "--timeout", "3s"]);
  child.stderr?.destroy();
  expect((await once(child, "exit"))[0]).toBe(2);
});

it.each([
  ["success", "0"],
  ["failed", "1"],
])("wait 2>&1 | head -1: %s exits with %s", async (status, exit) => {
  const { commandLine, end } = await waiting();
  const running = commandLine.bash("$JW wait job-1 2>&1 | head -1 >/dev/null; echo $PIPESTATUS");
  await end(status);
  expect((await running).out).toBe(`${exit}\n`);
});
