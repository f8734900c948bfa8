import { createSfsTurbo } from "../../../lib/sfs-turbo/client.ts";
import { burst, cloudUrl } from "./burst.ts";

const PROJECT = "0123456789abcdef0123456789abcdef";
const quiet = () => undefined;
/** The cap of the agent; the row of the sockets sets a low one. */
const sockets = Number(process.argv[5] ?? 512);
const cloud = createSfsTurbo(
  {
    region: "eu-de",
    sockets,
    authUrl: `${cloudUrl}/v3`,
    endpoint: cloudUrl,
    credentials: { kind: "token", token: "bench-token" },
  },
  {
    clock: { now: Date.now, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
    log: { info: quiet, warn: quiet, error: quiet },
  },
);

await burst(async (jobId) => {
  const seen = await cloud.look({ source: "sfs-turbo-job", projectId: PROJECT, jobId }, 5_000);
  if (seen.kind !== "seen" || seen.state !== "running") throw new Error(JSON.stringify(seen));
});
