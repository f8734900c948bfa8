import { createSfsTurbo } from "../../../lib/sfs-turbo/client.ts";
import { burst, cloudUrl } from "./burst.ts";

const PROJECT = "0123456789abcdef0123456789abcdef";
const quiet = () => undefined;
const cloud = createSfsTurbo(
  { region: "eu-de", authUrl: `${cloudUrl}/v3`, endpoint: cloudUrl, credentials: { kind: "token", token: "bench-token" } },
  {
    clock: { now: Date.now, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
    log: { info: quiet, warn: quiet, error: quiet },
  },
);

await burst(async (jobId) => {
  const seen = await cloud.look({ source: "sfs-turbo-job", projectId: PROJECT, jobId }, 5_000);
  if (seen.kind !== "seen" || seen.state !== "running") throw new Error(JSON.stringify(seen));
});
