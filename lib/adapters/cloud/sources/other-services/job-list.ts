import type { ListedResource } from "../../../../domain/discovery/listing.ts";
import type { Seen, Unreachable } from "../../../../domain/job/job.ts";
import { isIdOf } from "../../../../domain/job/sources.ts";
import { MAX_NAME, present } from "../../http/field-limits.ts";
import type { ListParts } from "../../http/list.ts";
import { cleanText } from "../../http/text.ts";
import { parseCloudTime } from "../../http/time.ts";
import { unreachable } from "../../http/unreachable.ts";
import { first, seenOfServiceJob, valueAt } from "./job-answer.ts";
import type { Service, ServiceList } from "./services.ts";

/** A list of jobs: each row is one operation. */
export function listOf(service: Service, list: ServiceList): ListParts {
  return {
    upstream: list.upstream,
    path: list.path,
    query: (since) => ({ [list.since]: new Date(since).toISOString().replace(/\.\d+/, "") }),
    field: list.field,
    resourceOf: (row, answered) => resourceOf(service, list, row, answered),
  };
}

function resourceOf(
  service: Service,
  { created, target, names }: ServiceList,
  row: Record<string, unknown>,
  answered: Pick<Seen, "requestId">,
): ListedResource | Unreachable {
  const id = valueAt(row, service.id);
  if (typeof id !== "string" || !isIdOf(service.name, id)) return unreachable("invalid-response", "it has no valid id");
  const seen = seenOfServiceJob(service, row);
  if (seen === undefined) return unreachable("invalid-response", "it has no status");
  return {
    id,
    // An operation without a type is reported to watches for all operations.
    creation: { operation: seen.jobType ?? "", seen: { ...seen, ...answered } },
    ...present({
      name: first(names, (path) => cleanText(valueAt(row, path), MAX_NAME)),
      createdAt: parseCloudTime(valueAt(row, created)),
      target: cleanText(valueAt(row, target), 64),
    }),
  };
}
