import { pollRightOf } from "../../lib/domain/job/sources.ts";
import type { Job, Problem } from "./answers.ts";

/** Returns what is wrong with a request. `prefix` is removed from the places of the errors. */
export function problemText({ type, detail, errors = [], ...more }: Problem, prefix = /^/): string {
  if (type === "unknown-job") return unknownJobText(more);
  const fields = errors.map(({ pointer, detail: what }) => {
    const place = pointer.replace(prefix, "").slice(1);
    return place === "" ? what : `${place}: ${what}`;
  });
  return fields.length > 0 ? fields.join(" ") : detail;
}

/** Explains an unknown job in terms of commands and options. */
function unknownJobText({ reason, requestId, foundAs = [] }: Pick<Problem, "reason" | "requestId" | "foundAs">): string {
  if (reason === undefined) return "Your team has no such job. Check the id and --project, or register it with jobwatch add.";
  const unknown = `The cloud does not know this job in this project (${reason}${requestText(requestId)}).`;
  const [source] = foundAs;
  return source === undefined
    ? `${unknown} Check the id and --project. To register it anyway, use --no-verify.`
    : `${unknown} It exists as ${foundAs.join(" and ")}. Use --source ${source}.`;
}

/** Describes why the last poll of a job returned no status; undefined if it returned one. */
export function lastPollText({ source, lastPoll }: Pick<Job, "source" | "lastPoll">): string | undefined {
  if (!lastPoll) return undefined;
  const missingRight = lastPoll.outcome === "not-permitted" ? pollRightOf(source) : undefined;
  return `no status since ${lastPoll.since}, the last check failed: ${outcomeText(lastPoll, missingRight)}`;
}

interface Outcome {
  outcome: string;
  reason?: string | undefined;
  requestId?: string | undefined;
}

/** "not permitted (APIGW.0305 ..., request 9fd9...); grant sfsturbo:shares:getShare to ..." */
export function outcomeText({ outcome, reason = "", requestId }: Outcome, missingRight: string | undefined): string {
  const advice = missingRight === undefined ? "" : `; grant ${missingRight} to the cloud user of sfs-jobwatch`;
  return `${outcome.replaceAll("-", " ")} (${reason}${requestText(requestId)})${advice}`;
}

function requestText(requestId: string | undefined): string {
  return requestId === undefined ? "" : `, request ${requestId}`;
}
