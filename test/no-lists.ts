import type { ProjectLists } from "../lib/ports.ts";

/** For tests without watches: no list is ever read. */
export const NO_LISTS: ProjectLists = {
  list: async () => ({ kind: "unreachable", cause: "configuration", reason: "this test has no lists" }),
};
