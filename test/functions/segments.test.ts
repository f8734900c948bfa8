import { expect, it } from "vitest";
import { createTickHandler } from "../../functions/poll/tick.ts";
import { answerJson, serverForTest } from "../http-server.ts";
import { startWorld } from "../world.ts";

it("runs one invocation per segment, and polls each job once", async () => {
  const payloads: string[] = [];
  const lambda = await serverForTest(({ body }, response) => {
    payloads.push(body);
    answerJson(response, 202, {});
  });
  Object.assign(process.env, { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" });
  const world = await startWorld({ POLL_SEGMENTS: "3", AWS_ENDPOINT_URL_LAMBDA: lambda.url });
  for (let index = 0; index < 12; index++) {
    world.cloud.answer(`job-${index}`, (poll) => ({
      status: 200,
      body: JSON.stringify({ status: poll === 1 ? "running" : "success" }),
    }));
    await world.register(`job-${index}`);
  }
  await world.tick();
  expect(payloads.sort()).toEqual(['{"segment":0}', '{"segment":1}', '{"segment":2}']);
  expect(world.cloud.pollCount()).toBe(12);
  const handler = createTickHandler(world.services);
  const startedAt = world.clock.now();
  const getRemainingTimeInMillis = () => 58_000 - (world.clock.now() - startedAt);
  await Promise.all(
    payloads.map((payload, index) =>
      handler(JSON.parse(payload), { awsRequestId: `segment-${index}`, functionName: "poll", getRemainingTimeInMillis }),
    ),
  );
  expect(world.cloud.pollCount()).toBe(24);
  const { body } = await world.request("GET", "/jobs?limit=100");
  expect(body.jobs.every((job: { state: string }) => job.state === "success")).toBe(true);
  await world.close();
});
