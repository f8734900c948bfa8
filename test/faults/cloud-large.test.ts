import { fork } from "node:child_process";
import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { expect, it, onTestFinished } from "vitest";
import { answerJson, type Handler, serverForTest } from "../http-server.ts";
import { startWorld } from "../world.ts";
import { delivered, names, RUNNING, tracking, views } from "./cloud-world.ts";

const LONG = 200e6;
const chunk = Buffer.alloc(65_536, " ");
const packed = gzipSync(Buffer.alloc(LONG, " "));

const plain: Handler = (_, response) => {
  let left = LONG / chunk.length;
  const pump = () => {
    while (left-- > 0 && !response.destroyed) if (!response.write(chunk)) return void response.once("drain", pump);
    response.end();
  };
  pump();
};
const exploding: Handler = (_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(packed);

/** The memory of a tick with typical responses, by attempt. */
const typical: Promise<number>[] = [];

it.each([
  { name: "200 MB", answer: plain },
  { name: "200 KB that unpack to 200 MB", answer: exploding },
])(
  "row 5: responses of $name need less than 50 MB, change no job, and are reported once to the operators",
  async ({ answer }) => {
    // Other memory use varies, but memory that is kept shows in every measurement.
    const grown: number[] = [];
    do {
      typical[grown.length] ??= memoryOfTick((_, response) => answerJson(response, 200, RUNNING));
      grown.push((await memoryOfTick(answer)) - ((await typical[grown.length]) ?? 0));
    } while (grown.length < 3 && Math.min(...grown) >= 50e6);
    expect(Math.min(...grown)).toBeLessThan(50e6);
    const api = await serverForTest(answer);
    const large = await startWorld({ SFS_TURBO_ENDPOINT: api.url });
    onTestFinished(() => large.close());
    const jobs = names("large", 5);
    await tracking(large, jobs);
    await large.ticks(8);
    expect(delivered(large, "operators")).toEqual([expect.stringContaining("longer than")]);
    expect(delivered(large, "general")).toEqual([]);
    for (const job of await views(large, jobs)) expect(job.state).toBe("running");
  },
  60_000,
);

/** Returns the peak memory in bytes of a tick in a process of its own, with a hundred jobs to poll. */
async function memoryOfTick(answer: Handler): Promise<number> {
  const api = await serverForTest(answer);
  const aMinuteAgo = Date.now() - 60_000;
  const real = await startWorld({ SFS_TURBO_ENDPOINT: api.url, POLLS_PER_SECOND: "1000" }, aMinuteAgo);
  await tracking(real, names("large", 100));
  const aws = { AWS_ENDPOINT_URL_DYNAMODB: real.table.endpoint, AWS_REGION: "eu-central-1" };
  const keys = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local", POWERTOOLS_METRICS_DISABLED: "true" };
  const env = { ...real.environment, ...aws, ...keys, PATH: process.env.PATH };
  const child = fork(new URL("./memory-process.ts", import.meta.url), {
    env,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: [],
  });
  const [bytes] = await once(child, "message");
  await once(child, "exit");
  await real.close();
  expect(api.requests.length).toBeGreaterThanOrEqual(30);
  return bytes;
}
