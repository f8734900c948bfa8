import { createInventories } from "../lib/discovery/context.ts";
import type { PollDeps } from "../lib/poll/poll-jobs.ts";
import type { ProjectLists } from "../lib/ports.ts";

/** For tests without watches: no list is ever read. */
export const NO_LISTS: ProjectLists = {
  list: async () => ({ kind: "unreachable", cause: "configuration", reason: "this test has no lists" }),
};

/** What a tick needs for watches, if there are none. */
export const NO_WATCHES: Pick<PollDeps, "openJobs" | "inventories"> = {
  openJobs: { excess: async () => undefined, added: () => undefined },
  inventories: createInventories(),
};
