import { expect, it } from "vitest";
import { unreachableCauses } from "../../../lib/adapters/slack/operator-advice.ts";

it.each([
  [
    "sfs-turbo",
    "the rights sfsturbo:shares:getJob, sfsturbo:shares:getShare, sfsturbo:shares:getAllShares (to watch projects)",
  ],
  ["cbr", "the rights cbr:tasks:get, cbr:tasks:list (to watch projects)"],
  ["ecs", "read access to ecs"],
])("a missing right of %s is named, that of its list too", (service, rights) => {
  expect(unreachableCauses(service)["not-permitted"].do).toBe(
    `Grant the cloud user of sfs-jobwatch ${rights}. Also check the project id.`,
  );
});
