import type { Seen, SubJob, Unreachable } from "../../../../domain/job/job.ts";
import { isObject } from "../../../../domain/json.ts";
import { isOtherId, keptSubJobs, MAX_REASON, present } from "../../http/field-limits.ts";
import { cleanText } from "../../http/text.ts";
import { parseCloudTime } from "../../http/time.ts";
import { unreachable } from "../../http/unreachable.ts";
import type { Service } from "./services.ts";

/** Reads the body of a 2xx answer. Strict about status and id, tolerant about all other fields. */
export function observationOfServiceJob(service: Service, body: unknown, expectedId: string): Seen | Unreachable {
  const job = service.job === undefined ? body : valueAt(body, service.job);
  if (!isObject(job)) return unreachable("invalid-response", "the response contains no job");
  if (isOtherId(valueAt(job, service.id), expectedId))
    return unreachable("invalid-response", "the response describes another job");
  return seenOfServiceJob(service, job) ?? unreachable("invalid-response", "the response has no status");
}

/** Returns undefined if the job has no status. */
export function seenOfServiceJob(service: Service, job: Record<string, unknown>): Seen | undefined {
  const word = typeof job.status === "string" ? cleanText(job.status, 64) : undefined;
  if (word === undefined) return undefined;
  const state = service.states[word.toLowerCase()];
  return {
    kind: "seen",
    ...detailsOf(service, job, MAX_REASON),
    ...(state === undefined ? { unknownStatus: word } : { state }),
    ...subJobsOf(service, job),
  };
}

function subJobsOf(service: Service, job: Record<string, unknown>): Pick<Seen, "subJobs" | "moreSubJobs"> {
  const list = first(service.subJobs ?? [], (path) => {
    const value = valueAt(job, path);
    return Array.isArray(value) ? value : undefined;
  });
  return keptSubJobs(list, (sub, maxReason) => {
    const word = cleanText(sub.status, 64)?.toLowerCase();
    const state = word && (service.states[word] ?? word);
    return present({ jobId: cleanText(valueAt(sub, service.id), 64), state, ...detailsOf(service, sub, maxReason) });
  });
}

function detailsOf(service: Service, job: Record<string, unknown>, maxReason: number): Omit<SubJob, "jobId" | "state"> {
  const text = (paths: string[], max: number) => first(paths, (path) => cleanText(valueAt(job, path), max));
  return present({
    jobType: text([service.type], 64),
    beginTime: timeOf(valueAt(job, service.begin)),
    endTime: timeOf(valueAt(job, service.end)),
    errorCode: text(service.code, 64),
    failReason: text(service.reason, maxReason),
  });
}

/** DCS sends milliseconds since the epoch as a text. The others use the format of SFS Turbo. */
function timeOf(value: unknown): number | undefined {
  return typeof value === "string" && /^\d{13}$/.test(value) ? Number(value) : parseCloudTime(value);
}

/** Returns the value at a dotted path. */
export function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((part, key) => (isObject(part) ? part[key] : undefined), value);
}

export function first<From, To>(list: From[], map: (one: From) => To | undefined): To | undefined {
  for (const one of list) {
    const value = map(one);
    if (value !== undefined) return value;
  }
  return undefined;
}
