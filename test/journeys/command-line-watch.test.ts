import { expect, it, onTestFinished } from "vitest";
import { commandLineOf } from "../cases/command-line.ts";
import { PROJECT } from "../jobs.ts";
import { startWorld } from "../world.ts";

it("a team watches its project, sees what it finds and what is wrong, and ends the watch", async () => {
  const world = await startWorld();
  onTestFinished(() => world.close());
  const { jobwatch } = await commandLineOf(world);
  const minutePasses = async () => {
    world.clock.advance(60_000);
    await world.tick();
  };

  const added = await jobwatch(["watch", "--name", "data-*"]);
  expect(added).toMatchObject({ exit: 0, err: "" });
  expect(added.out).toMatch(
    new RegExp(`^watching [0-9a-f-]{36} {2}sfs-turbo-share {2}${PROJECT} {2}all operations; named data-\\* {2}to general\n$`),
  );
  const again = await jobwatch(["watch", "--name", "data-*"]);
  expect(again).toEqual(added);
  const watchId = added.out.split(/ +/)[1] ?? "";

  await minutePasses();
  const shareId = world.cloud.shares.create({ name: "data-01", projectId: PROJECT });
  world.cloud.shares.create({ name: "home-01", projectId: PROJECT });
  await minutePasses();
  const listed = await jobwatch(["list"]);
  expect(listed.out).toMatch(new RegExp(`^\\w+ +${shareId}\\.create\\.1 .*data-01\n$`));
  expect((await jobwatch(["show", `${shareId}.create.1`])).out).toContain(`watch ${watchId}\n`);

  world.cloud.lists.fail("sfs-turbo-share", "missing-right");
  const refused = await jobwatch(["watch", "--operations", "extend"]);
  expect(refused).toMatchObject({ exit: 0, out: expect.stringMatching(/^watching /) });
  expect(refused.err).toMatch(
    /: no list since \S+: not permitted \(.*\); grant sfsturbo:shares:getAllShares to the cloud user of sfs-jobwatch\. The watch is kept/,
  );
  await minutePasses();
  const lines = (await jobwatch(["watches"])).out.trimEnd().split("\n");
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).toMatch(/no list since \S+: not permitted .*; grant sfsturbo:shares:getAllShares/);

  expect((await jobwatch(["unwatch", watchId])).out).toMatch(new RegExp(`^stopped watching ${watchId} `));
  expect((await jobwatch(["unwatch", watchId])).exit).toBe(65);
  expect((await jobwatch(["watches"])).out).not.toContain(watchId);
});
