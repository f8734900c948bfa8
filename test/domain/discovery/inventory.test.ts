import { describe, expect, it } from "vitest";
import { type CompareOptions, compareResource, type Known } from "../../../lib/domain/discovery/inventory.ts";
import type { ListedOperation, ListedResource } from "../../../lib/domain/discovery/listing.ts";
import type { CloudState } from "../../../lib/domain/job/states.ts";

const LATER: CompareOptions = { newSince: 1_000, tagNames: new Set() };
const FIRST: CompareOptions = { newSince: Number.POSITIVE_INFINITY, tagNames: new Set() };

const shows = (operation: string, state?: CloudState): ListedOperation => ({
  operation,
  seen: { kind: "seen", subJobs: [], ...(state && { state }) },
});
const share = (more: Partial<ListedResource> = {}): ListedResource => ({ id: "a", createdAt: 0, ...more });
const created = (state: CloudState) => ({ creation: shows("create", state) });
const changed = (operation: string, state?: CloudState) => ({ ...created("success"), change: shows(operation, state) });

/** What each list after the first one shows. */
function found(first: ListedResource | undefined, ...lists: ListedResource[]): string[][] {
  let known: Known | undefined = first && compareResource(undefined, first, FIRST).known;
  return lists.map((resource) => {
    const comparison = compareResource(known, resource, LATER);
    known = comparison.known;
    return comparison.operations.map(({ operation, kind, seen, count }) => `${operation} ${kind} ${seen.state} ${count}`);
  });
}

describe("the first list takes stock", () => {
  it.each([
    ["an available share", created("success"), []],
    ["an earlier extension", changed("extend", "success"), []],
    ["an earlier failure", changed("extend", "failed"), []],
    ["a creation in motion", created("running"), ["create began running 1"]],
    ["an extension in motion", changed("extend", "running"), ["extend began running 1"]],
    ["a failed creation", created("failed"), []],
  ])("%s", (_, row, expected) => {
    const { operations } = compareResource(undefined, share({ createdAt: 2_000, ...row }), FIRST);
    expect(operations.map(({ operation, kind, seen, count }) => `${operation} ${kind} ${seen.state} ${count}`)).toEqual(
      expected,
    );
  });
});

describe("a share that appears later", () => {
  it.each([
    ["is new and being created", { createdAt: 2_000, ...created("running") }, ["create began running 1"]],
    ["is new and done", { createdAt: 2_000, ...created("success") }, ["create short success 1"]],
    ["is new and failed", { createdAt: 2_000, ...created("failed") }, ["create short failed 1"]],
    [
      "is new, done and extended since",
      { createdAt: 2_000, ...changed("extend", "success") },
      ["create short success 1", "extend short success 1"],
    ],
    ["is old: an earlier list lacked it", { createdAt: 500, ...created("success") }, []],
    ["is old and in motion", { createdAt: 500, ...changed("extend", "running") }, ["extend began running 1"]],
    ["has an unknown status", { createdAt: 2_000, creation: shows("create") }, []],
  ])("%s", (_, row, expected) => expect(found(undefined, share(row))).toEqual([expected]));
});

describe("from one list to the next", () => {
  const ready = share(created("success"));
  it.each<[string, ListedResource, ListedResource[], string[][]]>([
    ["nothing", ready, [ready, ready], [[], []]],
    [
      "an extension, from its start to its end",
      ready,
      [share(changed("extend", "running")), share(changed("extend", "running")), share(changed("extend", "success"))],
      [["extend began running 1"], [], ["extend ended success 1"]],
    ],
    ["a short extension", ready, [share(changed("extend", "failed"))], [["extend short failed 1"]]],
    [
      "a second one after it",
      share(changed("extend", "success")),
      [share(changed("extend", "running")), share(changed("extend", "failed")), share(changed("extend", "running"))],
      [["extend began running 1"], ["extend ended failed 1"], ["extend began running 2"]],
    ],
    [
      "a creation",
      share(created("running")),
      [share(created("running")), share(created("failed"))],
      [[], ["create ended failed 1"]],
    ],
    [
      "a short extension that only the size shows",
      share({ ...changed("extend", "success"), values: { extend: "500" } }),
      [share({ ...changed("extend", "success"), values: { extend: "600" } })],
      [["extend short success 1"]],
    ],
    [
      "a size that changes before its extension ends",
      share({ ...created("success"), values: { extend: "500" } }),
      [
        share({ ...changed("extend", "running"), values: { extend: "600" } }),
        share({ ...changed("extend", "success"), values: { extend: "600" } }),
      ],
      [["extend began running 1"], ["extend ended success 1"]],
    ],
    [
      "a size that changes while it is running",
      share({ ...changed("extend", "running"), values: { extend: "500" } }),
      [share({ ...changed("extend", "running"), values: { extend: "600" } })],
      [[]],
    ],
    [
      "an extension whose end another operation hides, proved by the size",
      share({ ...changed("extend", "running"), values: { extend: "500" } }),
      [share({ ...changed("change-security-group", "running"), values: { extend: "600" } })],
      [["change-security-group began running 1", "extend ended success 1"]],
    ],
    [
      "an unknown status in the middle",
      share(changed("extend", "running")),
      [share(changed("extend")), share(changed("extend", "success"))],
      [[], ["extend ended success 1"]],
    ],
    [
      "a failed extension that fails again in the same way: invisible",
      share(changed("extend", "failed")),
      [share(changed("extend", "failed"))],
      [[]],
    ],
  ])("%s", (_, first, lists, expected) => expect(found(first, ...lists)).toEqual(expected));
});

it("reports no change of a resource that was renamed, but keeps its new name", () => {
  const before = compareResource(undefined, share({ name: "old" }), FIRST).known;
  const after = compareResource(before, share({ name: "new" }), LATER);
  expect(after).toMatchObject({ isChanged: true, operations: [], known: { name: "new" } });
});
