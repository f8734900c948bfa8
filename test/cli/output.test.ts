import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { answerJson, serverForTest } from "../http-server.ts";

const JOBWATCH = join(import.meta.dirname, "../../bin/jobwatch.mjs");
const FULL = openSync("/dev/full", "w");

/** Runs `jobwatch` with a standard output or error that cannot be written. */
async function jobwatchOn(args: string[], body: unknown, full: "stdout" | "stderr", status = 200) {
  const { url } = await serverForTest((_, response) => answerJson(response, status, body, { "x-correlation-id": "test" }));
  const env = { PATH: process.env.PATH, JOBWATCH_URL: url, JOBWATCH_KEY: "sfsjw_test" };
  const stdio: ("ignore" | "pipe" | number)[] = [
    "ignore",
    full === "stdout" ? FULL : "pipe",
    full === "stderr" ? FULL : "pipe",
  ];
  const child = spawn(process.execPath, [JOBWATCH, ...args], { env, stdio });
  const other = full === "stdout" ? child.stderr : child.stdout;
  const [printed, [exit]] = await Promise.all([other ? text(other) : "", once(child, "close")]);
  return { exit, printed };
}

const job = (state: string) => ({
  jobId: "job-1",
  state,
  projectId: "p",
  source: "s",
  subJobs: [],
  transitions: [],
  notifications: [],
});

it("a command that succeeded exits with 74 if its output cannot be written", async () => {
  const printed = "jobwatch: the output could not be written (ENOSPC).\n";
  expect(await jobwatchOn(["--help"], {}, "stdout")).toEqual({ exit: 74, printed });
  expect(await jobwatchOn(["list"], { jobs: [] }, "stdout")).toEqual({ exit: 74, printed });
  expect(await jobwatchOn(["wait", "job-1"], job("success"), "stdout")).toEqual({ exit: 74, printed });
});

it("a job that failed exits with 1 although the output cannot be written", async () => {
  expect((await jobwatchOn(["wait", "job-1"], job("failed"), "stdout")).exit).toBe(1);
  expect((await jobwatchOn(["wait", "job-1"], job("lost"), "stdout")).exit).toBe(2);
  expect((await jobwatchOn(["test-channel", "x"], { outcome: "dead" }, "stdout")).exit).toBe(1);
});

it("an error of standard error changes nothing", async () => {
  expect(await jobwatchOn(["wait", "job-1"], job("success"), "stderr")).toEqual({ exit: 0, printed: "job-1  success\n" });
  expect((await jobwatchOn(["wait", "job-1"], job("failed"), "stderr")).exit).toBe(1);
  expect((await jobwatchOn(["frob"], {}, "stderr")).exit).toBe(64);
});

it("a bug exits with 70 and never with 1, which would mean that the job failed", async () => {
  const { exit, printed } = await jobwatchOn(["show", "job-1"], { ...job("failed"), transitions: null }, "stderr");
  expect({ exit, printed }).toMatchObject({ exit: 70 });
});
