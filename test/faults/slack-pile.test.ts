import { afterEach, expect, it } from "vitest";
import { NOW, registered, seen } from "../jobs.ts";
import { startWorld, type World } from "../world.ts";
import { writeJobs } from "../write-jobs.ts";

let world: World;
afterEach(() => world.close());

const JOBS = 1_000;
const REASON = "The resources of this specification are sold out; ".repeat(8);

async function trackThousand(channels: string[]): Promise<void> {
  world = await startWorld({ POLLS_PER_SECOND: "1000" });
  const first = seen("running", { jobType: "create_share", beginTime: NOW - 60_000 });
  const ids = Array.from({ length: JOBS }, (_, index) => `bulk-${index}-x`);
  await writeJobs(
    world.table,
    ids.map((jobId) => registered(jobId, first, { channels })),
  );
  for (const [index, jobId] of ids.entries()) {
    const failed = index % 10 === 0;
    const answer = failed ? { status: "failed", error_code: `X.${index}`, fail_reason: REASON } : { status: "success" };
    world.cloud.answer(jobId, { job_type: "create_share", ...answer });
  }
}

/** How often the messages of a channel name each job. */
function namings(channel: string): Map<string, number> {
  const texts = world.sink.messages
    .filter((message) => message.channel === channel)
    .map(({ payload }) => JSON.stringify(payload));
  const names = texts.flatMap((text) => [...new Set(text.match(/bulk-\d+-x/g))]);
  return names.reduce((counts, name) => counts.set(name, (counts.get(name) ?? 0) + 1), new Map<string, number>());
}

it("row 38: a thousand jobs that end in one tick are delivered once to both their channels within two ticks", async () => {
  const channels = ["general", "projects"];
  await trackThousand(channels);
  await world.ticks(2);
  for (const channel of channels) {
    const counts = namings(channel);
    expect(counts.size).toBe(JOBS);
    expect([...counts.values()].filter((count) => count !== 1)).toEqual([]);
    const posts = world.sink.posts.filter((post) => post.channel === channel);
    expect(posts.filter(({ status }) => status !== 200)).toEqual([]);
    const gaps = posts.slice(1).map(({ at }, index) => at - (posts[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
  }
  const sent = world.sink.posts.length;
  await world.ticks(2);
  expect(world.sink.posts).toHaveLength(sent);
}, 240_000);
