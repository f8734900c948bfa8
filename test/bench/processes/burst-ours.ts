import { createCloudClient } from "../../../lib/adapters/cloud/http/client.ts";
import { createJobSource } from "../../../lib/adapters/cloud/sources/sfs-turbo/job-source.ts";
import { burst, cloudUrl } from "./burst.ts";

const PROJECT = "0123456789abcdef0123456789abcdef";
const quiet = () => undefined;
/** The agent's limit of sockets. The row "sockets" sets a low one. */
const sockets = Number(process.argv[5] ?? 512);
const client = createCloudClient(
  {
    region: "eu-de",
    sockets,
    authUrl: `${cloudUrl}/v3`,
    credentials: { kind: "token", token: "bench-token" },
  },
  {
    clock: { now: Date.now, sleep: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)) },
    log: { info: quiet, warn: quiet, error: quiet },
  },
);

const source = createJobSource(client, cloudUrl);

await burst(async (jobId) => {
  const seen = await source.poll({ projectId: PROJECT, jobId }, 5_000);
  if (seen.kind !== "seen" || seen.state !== "running") throw new Error(JSON.stringify(seen));
});
