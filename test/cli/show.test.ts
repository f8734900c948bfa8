import { expect, it } from "vitest";
import { jobwatch } from "./jobwatch.ts";

const JOB = {
  jobId: "854cf6e2-f7f0-4f51-9d40-d405bc61b410.extend.1",
  source: "sfs-turbo-share",
  projectId: "0123456789abcdef0123456789abcdef",
  state: "success",
  jobType: "extend_share",
  channels: ["storage-ops"],
  registeredAt: "2026-11-24T10:00:00.000Z",
  subJobs: [],
  transitions: [],
  notifications: [],
};
const resource = { name: "data-01", size: 600, sizeBefore: 500 };

async function outputOf(args: string[], body: object): Promise<string> {
  return (await jobwatch(args, () => ({ status: 200, body }))).out;
}

it("shows the share of an operation and its sizes", async () => {
  expect(await outputOf(["show", "x"], { ...JOB, resource })).toMatch(/^ {2}share +data-01, 500 GB to 600 GB$/m);
  expect(await outputOf(["show", "x"], JOB)).not.toMatch(/^ {2}share /m);
});

it("names an operation by its title, or else by the share", async () => {
  const listed = (more: object) => outputOf(["list"], { jobs: [{ ...JOB, subJobCount: 0, ...more }] });
  expect(await listed({ resource })).toMatch(/extend_share .* ago +data-01$/m);
  expect(await listed({ resource, title: "nightly" })).toMatch(/extend_share .* ago +nightly$/m);
  expect(await listed({})).toMatch(/extend_share .* ago$/m);
});
