import ky from "ky";
import { burst, cloudUrl } from "../processes/burst.ts";

// ky as in its documentation: default timeout and retries, no checks.

const PROJECT = "0123456789abcdef0123456789abcdef";

await burst(async (jobId) => {
  const job = await ky.get(`${cloudUrl}/v1/${PROJECT}/sfs-turbo/jobs/${jobId}`).json<{ status?: string }>();
  if (job.status !== "running") throw new Error(JSON.stringify(job));
});
