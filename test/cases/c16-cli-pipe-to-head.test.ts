import { expect, it } from "vitest";
import { commandLineOf } from "./command-line.ts";
import { sfsTurboJob, worldWithCloud } from "./quoted-cloud.ts";

async function withJob() {
  const world = await worldWithCloud(sfsTurboJob("running"));
  await world.register("job-1");
  return { world, commandLine: await commandLineOf(world) };
}

// Prints the exit status of a pipeline's first command.
const statusOfFirst = "echo $PIPESTATUS";

it.each(["list", "--help", "list --json --limit 100", "show job-1", "show job-1 --json", "channels"])(
  "%s: a reader that exits early is not an error",
  async (command) => {
    const { commandLine } = await withJob();
    for (const reader of ["head -c 1 >/dev/null", "head -1 >/dev/null", "true"]) {
      const ran = await commandLine.bash(`$JW ${command} | ${reader}; ${statusOfFirst}`);
      expect({ reader, ...ran }).toEqual({ reader, exit: 0, out: "0\n", err: "" });
    }
  },
);

it.each<[command: string, reader: string, exit: number]>([
  ["add job-2 --wait", "head -1 >/dev/null", 1],
  ["add job-2 --wait", "grep -q job-2", 1],
  ["add job-2 --wait --json", "true", 1],
  ["wait job-1", "true", 1],
  ["wait job-1 --json", "true", 1],
])("%s | %s exits with %i for a job that failed", async (command, reader, exit) => {
  const { world, commandLine } = await withJob();
  const running = commandLine.bash(`$JW ${command} | ${reader}; ${statusOfFirst}`);
  await commandLine.requested(command.startsWith("add") ? 2 : 1);
  world.cloudAnswers(sfsTurboJob("failed", { end_time: "2026-11-23 11:59:00" }));
  await world.ticks(2);
  expect((await running).out).toBe(`${exit}\n`);
});

it("add | true exits with 65 for a rejected id", async () => {
  const { commandLine } = await withJob();
  expect((await commandLine.bash(`$JW add job-2 'not an id' | true; ${statusOfFirst}`)).out).toBe("65\n");
});
