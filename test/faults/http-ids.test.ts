import { expect, it, onTestFinished } from "vitest";
import { answerJson, serverForTest } from "../http-server.ts";
import { registered, seen } from "../jobs.ts";
import { startWorld } from "../world.ts";

const BAD_IDS = [
  "..",
  ".",
  "%2e%2e",
  "a/b",
  "a\\b",
  "a?b=1",
  "a#c",
  "a\u0000",
  "a\n",
  " a",
  "",
  "-a",
  "//evil.example",
  "ä",
  "a".repeat(65),
  "a".repeat(10_000),
];

it("row 50: no job id or project id of a request or of the table changes the path of the cloud request", async () => {
  const cloud = await serverForTest((_, response) => answerJson(response, 200, { status: "running" }));
  const world = await startWorld({ SFS_TURBO_ENDPOINT: cloud.url });
  onTestFinished(() => world.close());
  const refusals: number[] = [];
  for (const id of BAD_IDS) {
    for (const fields of [{ jobId: id }, { jobId: id, verify: false }, { jobId: "a", projectId: id }]) {
      refusals.push((await world.request("POST", "/jobs", { body: fields })).status);
    }
    if (id.length > 1_000) continue;
    const record = registered(id, seen("running"), { channels: ["general"] });
    await world.table.open(world.clock.now).save({ kind: "job", record });
  }
  expect(new Set(refusals)).toEqual(new Set([422]));
  for (const id of BAD_IDS.filter((id) => id !== "")) {
    const answer = await world.request("GET", `/jobs/${encodeURIComponent(id)}`);
    expect([404, 422]).toContain(answer.status);
    expect((await world.request("GET", `/jobs/a?projectId=${encodeURIComponent(id)}`)).status).toBe(422);
  }
  await world.register("good");
  await world.ticks(5);
  const paths = cloud.requests.map(({ url }) => url);
  expect(paths.length).toBeGreaterThan(3);
  for (const path of paths) expect(path).toMatch(/^\/v1\/[0-9a-f]{32}\/sfs-turbo\/jobs\/[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
});
