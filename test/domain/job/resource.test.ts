import { expect, it, test } from "vitest";
import { observe } from "../../../lib/domain/job/apply-observation.ts";
import { hintFor } from "../../../lib/domain/job/failure-hints.ts";
import { fingerprint } from "../../../lib/domain/job/fingerprint.ts";
import type { Job, Seen } from "../../../lib/domain/job/job.ts";
import { newJob, registerAgain, stopTracking } from "../../../lib/domain/job/registration.ts";
import { growthWords, namesOf, type Resource, shareActivity, sizeWords } from "../../../lib/domain/job/resource.ts";
import { NOW, PROJECT, RULES } from "../../jobs.ts";

const SHARE = "77ba6f4b-6365-4895-8dda-bc7142af4dde";
const KEY = { team: "storage", source: "sfs-turbo-share", projectId: PROJECT, jobId: `${SHARE}.extend.1` };

function seen(state: Seen["state"], statusText: string, resource?: Resource): Seen {
  return { kind: "seen", ...(state && { state }), statusText, subJobs: [], ...(resource && { resource }) };
}

/** Returns the job after these observations in order. */
function after(first: Seen, ...later: Seen[]): Job {
  const job = newJob(KEY, { channels: ["general"] }, first, NOW, RULES);
  return later.reduce((before, next, index) => observe(before, next, NOW + (index + 1) * 10_000, RULES).job, job);
}

it("keeps the first size beside the last one", () => {
  const running = seen("running", "200/121/500", { name: "data-01", size: 500 });
  expect(after(running).resource).toEqual({ name: "data-01", size: 500 });
  const ended = after(running, seen("success", "200/221/600", { name: "data-01", size: 600 }));
  expect(ended.resource).toEqual({ name: "data-01", size: 600, sizeBefore: 500 });
});

it("keeps what a later answer lacks, and has no resource if no answer has one", () => {
  const first = seen("waiting", "200//500", { name: "data-01", size: 500 });
  expect(after(first, seen("running", "200/121/")).resource).toEqual({ name: "data-01", size: 500 });
  expect(after(seen("waiting", "1"), seen("running", "2"))).not.toHaveProperty("resource");
});

it("shows no change for a size that is as before", () => {
  const sizes = [500, 600, 500].map((size) => seen("running", `200/121/${size}`, { size }));
  expect(after(seen("waiting", "200//500", { size: 500 }), ...sizes).resource).toEqual({ size: 500 });
});

it("causes no write: a new name alone leaves the job as it is", () => {
  const one = seen("running", "200/121/500", { name: "data-01", size: 500 });
  const renamed = seen("running", "200/121/500", { name: "data-02", size: 500.5 });
  expect(fingerprint(renamed)).toBe(fingerprint(one));
  const job = after(one);
  expect(observe(job, renamed, NOW + 20_000, RULES)).toEqual({ job, news: [] });
});

it("begins with the next first size if the job is tracked again", () => {
  const stopped = stopTracking(after(seen("running", "200/121/500", { size: 500 })), NOW, RULES);
  const again = registerAgain(stopped, {}, NOW + 60_000, RULES);
  const { job } = observe(again, seen("waiting", "200/221/600", { name: "data-01", size: 600 }), NOW + 70_000, RULES);
  expect(job.resource).toEqual({ name: "data-01", size: 600 });
});

test.each([
  { resource: {}, words: undefined },
  { resource: { size: 500 }, words: "500 GB" },
  { resource: { size: 1228.8, sizeBefore: 500 }, words: "500 GB to 1,228.8 GB" },
])("the size $resource is shown as $words", ({ resource, words }) => expect(sizeWords(resource)).toBe(words));

test("only an extension says from which size to which", () => {
  const resource = { size: 600, sizeBefore: 500 };
  expect(growthWords({ ...KEY, resource })).toBe(" from 500 GB to 600 GB");
  expect(growthWords({ ...KEY, resource: { size: 600 } })).toBe("");
  expect(growthWords({ ...KEY, jobId: `${SHARE}.delete.1`, resource })).toBe("");
  expect(growthWords({ ...KEY, source: "sfs-turbo-job", resource })).toBe("");
});

test("a job is called by its title, else by the share's name, else by the share's id", () => {
  const resource = { name: "data-01" };
  expect(namesOf({ ...KEY, title: "nightly", resource })[0]).toBe("nightly");
  expect(namesOf({ ...KEY, resource })[0]).toBe("data-01");
  expect(namesOf(KEY)[0]).toBe(SHARE);
  expect(namesOf({ source: "ecs-job", jobId: "ff80" })).toEqual(["ff80"]);
});

test.each([
  { operation: "create", words: "Creating share" },
  { operation: "extend", words: "Extending share" },
  { operation: "change-security-group", words: "Changing the security group of share" },
  { operation: "add-backend", words: "Adding a storage backend to share" },
  { operation: "remove-backend", words: "Removing a storage backend from share" },
  { operation: "delete", words: "Deleting share" },
])("$operation is called $words", ({ operation, words }) => {
  expect(shareActivity({ ...KEY, jobId: `${SHARE}.${operation}.1` })).toBe(words);
  expect(shareActivity({ source: "sfs-turbo-job", jobId: "x" })).toBeUndefined();
});

test.each(["300", "303", "321", "332", "350", "351", "400", "800"])("a share that failed with %s has a hint", (errorCode) => {
  expect(hintFor({ source: KEY.source, subJobs: [], errorCode })).toMatch(/[a-z]+.*\.$/);
  expect(hintFor({ source: "ecs-job", subJobs: [], errorCode })).toBeUndefined();
});
