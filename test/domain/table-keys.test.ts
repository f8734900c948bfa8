import { expect, test } from "vitest";
import { jobOfPk, jobPk } from "../../lib/domain/table-keys.ts";
import { KEY } from "./job/script.ts";

test("a job is found again from its key", () => {
  expect(jobOfPk(jobPk(KEY))).toEqual(KEY);
});

test.each([
  { name: "a project's", pk: "project#0123" },
  { name: "a channel's", pk: "channel#storage-ops" },
  { name: "one cut short", pk: "job#storage#sfs-turbo-job#0123" },
  { name: "one with an empty part", pk: "job##sfs-turbo-job#0123#job-1" },
  { name: "nothing", pk: "" },
])("a key that is no job's names no job: $name", ({ pk }) => {
  expect(jobOfPk(pk)).toBeUndefined();
});
