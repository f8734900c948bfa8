import { expect, test } from "vitest";
import { jobOfPk, jobPk } from "../../lib/domain/table-keys.ts";
import { KEY } from "./job/script.ts";

test("a job key can be parsed", () => {
  expect(jobOfPk(jobPk(KEY))).toEqual(KEY);
});

test.each([
  { name: "a project's", pk: "project#0123" },
  { name: "a channel's", pk: "channel#storage-ops" },
  { name: "a truncated key", pk: "job#storage#sfs-turbo-job#0123" },
  { name: "a key with an empty part", pk: "job##sfs-turbo-job#0123#job-1" },
  { name: "an empty key", pk: "" },
])("other keys do not parse as a job: $name", ({ pk }) => {
  expect(jobOfPk(pk)).toBeUndefined();
});
