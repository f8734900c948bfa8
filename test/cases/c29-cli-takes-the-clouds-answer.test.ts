import { expect, it } from "vitest";
import { commandLineOf } from "./command-line.ts";
import { KINDS, type Kind } from "./kinds.ts";
import { worldWithCloud } from "./quoted-cloud.ts";

const SHARE = String(KINDS["extension of a share"].body.shareId);
const TASK = String(KINDS["data task"].body.taskId);
const share = (operation: string) => ["--source", "sfs-turbo-share", "--operation", operation];
const task = ["--source", "sfs-turbo-task", "--share", SHARE, "--feature", "hpc-cache"];

const extension: Kind = KINDS["extension of a share"];

it.each<[name: string, kind: Kind, args: string[], answer: object, jobId?: string]>([
  ["LDAP: jobId", KINDS["SFS Turbo job"], [], { jobId: KINDS["SFS Turbo job"].jobId }],
  ["SFS Turbo: job_id", KINDS["SFS Turbo job"], [], { job_id: KINDS["SFS Turbo job"].jobId }],
  [
    "a share that is created: id and name",
    extension,
    share("create"),
    { id: SHARE, name: "data-01", status: "100" },
    `${SHARE}.create.1`,
  ],
  ["a share that is extended: id and name", extension, share("extend"), { id: SHARE, name: "data-01" }],
  ["a share: shareId", extension, share("extend"), { shareId: SHARE }],
  ["a share: share_id", extension, share("extend"), { share_id: SHARE }],
  [
    "the simulated cloud's own answer",
    extension,
    share("extend"),
    { source: "sfs-turbo-share", operation: "extend", shareId: SHARE },
  ],
  [
    "the simulated cloud's own answer, without options",
    extension,
    [],
    { source: "sfs-turbo-share", operation: "extend", shareId: SHARE },
  ],
  ["a data task: task_id", KINDS["data task"], task, { task_id: TASK }],
  ["a data task: taskId", KINDS["data task"], task, { taskId: TASK }],
  [
    "RDS: job_id beside the instance",
    KINDS["RDS job"],
    ["--source", "rds-job"],
    { instance: { id: "x" }, job_id: KINDS["RDS job"].jobId },
  ],
])("%s is registered", async (_, kind, args, answer, jobId = kind.jobId) => {
  const commandLine = await commandLineOf(await worldWithCloud({ json: kind.answer(kind.running) }));
  const { exit, err } = await commandLine.jobwatch(["add", "-", ...args], JSON.stringify(answer));
  expect({ exit, err, jobIds: await commandLine.jobIds() }).toEqual({ exit: 0, err: "", jobIds: [jobId] });
});

it.each<[name: string, args: string[], answer: object]>([
  ["ECS, prepaid: an order and servers", ["--source", "ecs-job"], { order_id: "CS2201010000", serverIds: ["x"] }],
  ["an SFS Turbo share, prepaid: an order", share("create"), { orderId: "CS2201010000" }],
])("%s is rejected with an error about the id or the order", async (_, args, answer) => {
  const commandLine = await commandLineOf(await worldWithCloud({ json: {} }));
  const { exit, err } = await commandLine.jobwatch(["add", "-", ...args], JSON.stringify(answer));
  expect({ exit, err }).toEqual({ exit: 64, err: expect.stringMatching(/jobId|job_id|shareId|order/) });
});
