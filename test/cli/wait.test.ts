import { expect, it } from "vitest";
import { type Answer, jobwatch } from "./jobwatch.ts";

const job = { jobId: "job-1", state: "success", subJobs: [], transitions: [], notifications: [] };
/** serverless-offline answers so when a function exceeds its timeout. */
const timeout: Answer = { status: 200, body: { errorMessage: "[504] - Lambda timeout." }, isForeign: true };

it("wait continues after a gateway answered instead of the service", async () => {
  const answers = [timeout, { status: 200, body: job }];
  const ran = await jobwatch(["wait", "job-1"], () => answers.shift() ?? timeout);
  expect(ran).toMatchObject({ exit: 0, out: "job-1  success\n", err: "" });
});

it("other commands say that the response is not the service's", async () => {
  const { exit, err } = await jobwatch(["show", "job-1"], () => timeout);
  expect(exit).toBe(69);
  expect(err).toMatch(/is not an sfs-jobwatch service\. Check JOBWATCH_URL\.\n$/);
});
