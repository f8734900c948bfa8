import { afterAll, beforeAll, expect, it } from "vitest";
import { startWorld, type World } from "../world.ts";

// A watched project in which people work at the cloud's console. Nothing is registered.

let world: World;
beforeAll(async () => {
  world = await startWorld();
  for (const name of ["data-01", "home-02", "archive-03", "scratch-04"])
    world.cloud.shares.create({ name, at: world.clock.now() - 86_400_000 });
  for (const source of ["sfs-turbo-share", "cbr-log"])
    expect(await world.request("POST", "/watches", { body: { source } })).toMatchObject({ status: 201 });
  await world.tick();
});
afterAll(() => world.close());

async function atConsole(operation: object): Promise<void> {
  const answer = await fetch(`${world.cloud.url}/simulate/console`, { method: "POST", body: JSON.stringify(operation) });
  expect(answer.status).toBe(201);
}

/** Returns the messages since the last call as one text. */
let read = 0;
function delivered(): string {
  const latest = world.sink.messages.slice(read);
  read += latest.length;
  return latest.map(({ rendered }) => rendered.replaceAll(/\s+/g, " ")).join("\n");
}

it("reports nothing that ended before the watch", () => {
  expect(delivered()).toBe("");
});

it("reports every operation that the console starts, with its end", async () => {
  await atConsole({ operation: "backup", share: "archive-03", seconds: 40 });
  await atConsole({ operation: "backup", share: "home-02", fails: true, seconds: 15 });
  await atConsole({ operation: "create", share: "new-05", seconds: 25 });
  await atConsole({ operation: "extend", share: "data-01", seconds: 20 });
  await atConsole({ operation: "extend", share: "home-02", fails: true, seconds: 30 });
  await atConsole({ operation: "change-security-group", share: "archive-03", seconds: 35 });
  await atConsole({ operation: "delete", share: "scratch-04", seconds: 15 });
  await world.ticks(2);
  const { body } = await world.request("GET", "/jobs?limit=100");
  const states = body.jobs.map(({ jobType, title, state }: Record<string, string>) => `${jobType} ${title} ${state}`);
  expect(states.toSorted()).toEqual([
    "backup archive-03 success",
    "backup home-02 failed",
    "change_security_group archive-03 success",
    "create_share new-05 success",
    "delete_share scratch-04 success",
    "extend_share data-01 success",
    "extend_share home-02 failed",
  ]);
  const text = delivered();
  for (const title of [
    'Backup "archive-03"',
    'Backup "home-02"',
    'Changing the security group of share "archive-03"',
    'Creating share "new-05"',
    'Deleting share "scratch-04"',
    'Extending share "data-01" from 500 GB to 600 GB',
    'Extending share "home-02"',
  ])
    expect(text.split(title)).toHaveLength(2);
  expect(text).toContain("The used capacity of the vault exceeds the maximum capacity");
});

it("reports an operation between two lists, and one that outlasts several", async () => {
  await atConsole({ operation: "extend", share: "home-02", seconds: 10 });
  await atConsole({ operation: "extend", share: "data-01", fails: true, seconds: 200 });
  await world.tick();
  expect(delivered()).toMatch(/^ *Extending share "home-02" from 500 GB to 600 GB finished/);
  await world.ticks(4);
  expect(delivered()).toMatch(/^ *Extending share "data-01" failed/);
});

it("reports no end while the list is refused or lacks shares, and continues when it works again", async () => {
  for (const fault of ["missing-right", "narrowed"]) {
    world.cloud.lists.fail("sfs-turbo-share", fault);
    await world.ticks(2);
    expect(delivered()).not.toMatch(/Deleting/);
  }
  await atConsole({ operation: "delete", share: "new-05", seconds: 10 });
  world.cloud.lists.fail("sfs-turbo-share", undefined);
  await world.ticks(2);
  expect(delivered()).toContain('Deleting share "new-05" finished');
});

it("reports no deletion if the pages of a list shift, and reports the real one", async () => {
  for (let n = 0; n < 1_000; n++) world.cloud.shares.create({ name: `many-${n}`, at: world.clock.now() - 86_400_000 });
  await world.ticks(2);
  delivered();
  world.cloud.lists.fail("sfs-turbo-share", "page-shift");
  const before = world.cloud.lists.requests.length;
  await world.ticks(2);
  expect(world.cloud.lists.requests.slice(before).map(({ query }) => query)).toContain("limit=1000&offset=1000");
  expect(delivered()).toBe("");
  await atConsole({ operation: "delete", share: "many-999", seconds: 10 });
  await world.ticks(2);
  expect(delivered()).toContain('Deleting share "many-999" finished');
});
