import { randomUUID } from "node:crypto";
import type { Listing } from "../../../lib/domain/discovery/listing.ts";
import type { Observation, Unreachable } from "../../../lib/domain/job/job.ts";
import { listRightOf, pollRightOf, type SourceName, type WatchableSource } from "../../../lib/domain/job/sources.ts";
import type { Services } from "../../../lib/services.ts";
import { type Check, type Checks, failedBy } from "./check.ts";

type Cloud = Pick<Services, "cloud" | "lists" | "clock">;

const TIMEOUT_MS = 10_000;

/** Checks each right in a project by using it. Reads only. */
export async function* checkRights(cloud: Cloud, projectId: string): Checks {
  const list = (source: WatchableSource) => cloud.lists.list({ source, projectId, since: cloud.clock.now() }, TIMEOUT_MS);
  const poll = (source: SourceName, jobId: string) => cloud.cloud.poll({ source, projectId, jobId }, TIMEOUT_MS);

  yield fromPoll("sfs-turbo-job", projectId, await poll("sfs-turbo-job", randomUUID()));
  const shares = await list("sfs-turbo-share");
  const shareId = (shares.kind === "listed" && shares.resources[0]?.id) || randomUUID();
  yield fromPoll("sfs-turbo-share", projectId, await poll("sfs-turbo-share", `${shareId}.create.1`));
  yield fromList("sfs-turbo-share", projectId, shares, "shares");
  const logs = fromList("cbr-log", projectId, await list("cbr-log"), "new operations");
  // Most projects watch only shares.
  yield logs.outcome === "failed"
    ? { ...logs, outcome: "warning", advice: `Only watches of backups need it. ${logs.advice}` }
    : logs;
}

function fromPoll(source: SourceName, projectId: string, observation: Observation): Check {
  const right = pollRightOf(source) ?? source;
  switch (observation.kind) {
    case "seen":
      return { name: right, outcome: "ok", detail: "the first share can be read" };
    case "missing": {
      // The documentation of this code says: not found, or no permission.
      const doubt = observation.onlyIf === "others-seen" ? ", which can also mean a missing right" : "";
      return { name: right, outcome: "ok", detail: `a random id is missing (${observation.reason}${doubt})` };
    }
    case "unreachable":
      return refused(right, projectId, observation);
  }
}

function fromList(source: WatchableSource, projectId: string, listing: Listing | Unreachable, what: string): Check {
  const name = listRightOf(source);
  if (listing.kind === "listed") return { name, outcome: "ok", detail: `${what} in the list: ${listing.resources.length}` };
  return refused(name, projectId, listing);
}

function refused(right: string, projectId: string, why: Unreachable): Check {
  const [prefix] = right.split(":");
  const check = failedBy(why, right, prefix === "sfsturbo" ? "sfs-turbo" : prefix);
  if (why.cause === "not-permitted")
    return { ...check, advice: `Grant ${right} to the cloud user in project ${projectId} (docs/deploy.md, step 2).` };
  if (why.cause === "credentials")
    return {
      ...check,
      advice: `Check that the user may use project ${projectId}, and that SFS_TURBO_ENDPOINT is in its region.`,
    };
  return check;
}
