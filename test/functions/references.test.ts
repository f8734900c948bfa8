import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startWorld, type World } from "../world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const SHARE = "77ba6f4b-6365-4895-8dda-bc7142af4dde";
const share = { source: "sfs-turbo-share", shareId: SHARE, operation: "extend", verify: false };

async function items(): Promise<number> {
  return (await world.table.client.send(new ScanCommand({ TableName: world.table.name }))).Count ?? 0;
}

it.each([
  { name: "an unknown source", body: { source: "s3-job", jobId: "a" }, pointers: ["/source"] },
  { name: "a source that is a property of every object", body: { source: "constructor", jobId: "a" }, pointers: ["/source"] },
  { name: "an unknown operation", body: { ...share, operation: "shrink" }, pointers: ["/operation"] },
  { name: "an operation with a sequence number", body: { ...share, operation: "extend.1" }, pointers: ["/operation"] },
  { name: "a share that is not a UUID", body: { ...share, shareId: "share-1" }, pointers: ["/shareId"] },
  { name: "a share with dots in the path", body: { ...share, shareId: `${SHARE}/..` }, pointers: ["/shareId"] },
  { name: "a share without an operation", body: { source: "sfs-turbo-share", shareId: SHARE }, pointers: ["/operation"] },
  {
    name: "a share with a job id",
    body: { source: "sfs-turbo-share", jobId: "a" },
    pointers: ["/shareId", "/operation", "/jobId"],
  },
  {
    name: "a job with a share's fields",
    body: { jobId: "a", shareId: SHARE, operation: "extend" },
    pointers: ["/shareId", "/operation"],
  },
  { name: "a job without an id", body: {}, pointers: ["/jobId"] },
  { name: "a job with the id of a share's operation", body: { jobId: `${SHARE}.extend.1` }, pointers: ["/jobId"] },
  {
    name: "a task without its feature",
    body: { source: "sfs-turbo-task", shareId: SHARE, taskId: "t" },
    pointers: ["/feature"],
  },
  { name: "a job id of ECS with a dot", body: { source: "ecs-job", jobId: "a.b" }, pointers: ["/jobId"] },
  { name: "a field in both spellings", body: { ...share, share_id: SHARE }, pointers: ["/share_id"] },
])("rejects $name with pointers, and stores nothing", async ({ body, pointers }) => {
  const before = await items();
  const answer = await world.request("POST", "/jobs", { body });
  expect(answer).toMatchObject({ status: 422, body: { type: "invalid-request" } });
  expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
  expect(await items()).toBe(before);
});

it("makes one job of concurrent registrations of an operation", async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => world.request("POST", "/jobs", { body: share })));
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(19).fill(200), 202]);
  expect(new Set(answers.map(({ body }) => body.jobId))).toEqual(new Set([`${SHARE}.extend.1`]));
});

it("assigns the next sequence number once the last operation has ended, even after ended ones are deleted", async () => {
  const key = (n: number) => `${SHARE}.add-backend.${n}`;
  const body = { ...share, operation: "add-backend" };
  for (const n of [1, 2, 3]) {
    expect((await world.request("POST", "/jobs", { body })).body.jobId).toBe(key(n));
    expect((await world.request("POST", "/jobs", { body })).body.jobId).toBe(key(n));
    await world.request("DELETE", `/jobs/${key(n)}`);
  }
  world.clock.advance(91 * 86_400_000);
  expect((await world.request("POST", "/jobs", { body })).body.jobId).toBe(key(3));
});

it("writes nothing for a dry run of a share operation", async () => {
  const before = await items();
  const dry = await world.request("POST", "/jobs?dryRun=true", { body: { ...share, operation: "remove-backend" } });
  expect(dry.body.job.jobId).toBe(`${SHARE}.remove-backend.1`);
  expect(await items()).toBe(before);
});

it.each([`${SHARE}.extend`, `${SHARE}.extend.0`, `${SHARE}.shrink.1`, "a.b", `${SHARE}.extend.1234567`])(
  "returns 404 for the id %s",
  async (jobId) => {
    expect(await world.request("GET", `/jobs/${jobId}`)).toMatchObject({ status: 404 });
    expect(await world.request("GET", `/jobs/${jobId}?source=sfs-turbo-share`)).toMatchObject({ status: 404 });
  },
);
