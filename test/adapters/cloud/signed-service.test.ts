import { expect, it, onTestFinished } from "vitest";
import { startWorld } from "../../world.ts";

const KEY = { accessKey: "CANARYACCESSKEY00001", secretKey: "canary-secret-key", securityToken: "canary-security-token" };
const BY_KEY = { OS_ACCESS_KEY: KEY.accessKey, OS_SECRET_KEY: KEY.secretKey, OS_SECURITY_TOKEN: KEY.securityToken };

it("the whole service signs with an access key, and reports a deleted key to the operators", async () => {
  const world = await startWorld({ OS_USERNAME: "", OS_PASSWORD: "", OS_USER_DOMAIN_NAME: "", ...BY_KEY });
  onTestFinished(() => world.close());
  world.cloud.setAccessKeys([KEY]);
  world.cloud.answer("*", { status: "running" });
  for (const jobId of ["one", "two"]) expect((await world.register(jobId)).status).toBe(201);
  world.cloud.answer("one", { status: "success" });
  await world.tick();
  expect(world.sink.messages.map(({ channel }) => channel)).toEqual(["general"]);
  expect(world.cloud.tokensIssued()).toBe(0);

  world.cloud.setAccessKeys([]);
  world.cloud.answer("two", { status: "success" });
  await world.ticks(8);
  const [, unreachable, ...more] = world.sink.messages;
  expect([unreachable?.channel, unreachable?.rendered]).toEqual([
    "operators",
    expect.stringContaining("does not know the access key"),
  ]);
  expect(more).toEqual([]);

  world.cloud.setAccessKeys([KEY]);
  await world.ticks(4);
  expect(
    world.sink.messages
      .slice(2)
      .map(({ channel }) => channel)
      .sort(),
  ).toEqual(["general", "operators"]);
  expect((await world.request("GET", "/jobs/two")).body).toMatchObject({ state: "success" });
  expect(JSON.stringify([world.logged, world.sink.posts])).not.toMatch(/canary/i);
});
