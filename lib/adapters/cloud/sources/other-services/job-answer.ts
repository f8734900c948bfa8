import type { Observation, Seen, SubJob } from "../../../../domain/job/job.ts";
import { isRecord } from "../../http/errors.ts";
import { isAnother, keptSubJobs, LONGEST_REASON } from "../../http/field-limits.ts";
import { cleanText } from "../../http/text.ts";
import { parseCloudTime } from "../../http/time.ts";
import { unreachable } from "../../http/unreachable.ts";
import type { Service } from "./services.ts";

/** Strict about what decides (status, id), tolerant about what only describes. */
export function observationOfServiceJob(service: Service, body: unknown, expectedId: string): Observation {
  const job = service.job === undefined ? body : at(body, service.job);
  if (!isRecord(job)) return unreachable("invalid-response", "the answer holds no job");
  if (isAnother(at(job, service.id), expectedId)) return unreachable("invalid-response", "the answer is about another job");
  const word = typeof job.status === "string" ? cleanText(job.status, 64) : undefined;
  if (word === undefined) return unreachable("invalid-response", "the answer has no status");
  const state = service.states[word.toLowerCase()];
  return {
    kind: "seen",
    ...detailsOf(service, job, LONGEST_REASON),
    ...(state === undefined ? { unknownStatus: word } : { state }),
    ...subJobsOf(service, job),
  };
}

function subJobsOf(service: Service, job: Record<string, unknown>): Pick<Seen, "subJobs" | "moreSubJobs"> {
  const list = first(service.subJobs ?? [], (path) => {
    const found = at(job, path);
    return Array.isArray(found) ? found : undefined;
  });
  return keptSubJobs(list, (sub, longestReason) => {
    const jobId = cleanText(at(sub, service.id), 64);
    const word = cleanText(sub.status, 64)?.toLowerCase();
    return {
      ...(jobId !== undefined && { jobId }),
      ...(word !== undefined && { state: service.states[word] ?? word }),
      ...detailsOf(service, sub, longestReason),
    };
  });
}

function detailsOf(service: Service, job: Record<string, unknown>, longestReason: number): Omit<SubJob, "jobId" | "state"> {
  const text = (paths: string[], max: number) => first(paths, (path) => cleanText(at(job, path), max));
  const details = {
    jobType: text([service.type], 64),
    beginTime: timeOf(at(job, service.begin)),
    endTime: timeOf(at(job, service.end)),
    errorCode: text(service.code, 64),
    failReason: text(service.reason, longestReason),
  };
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}

/** DCS writes milliseconds since the epoch, as a text; the others what the rest of the cloud writes. */
function timeOf(value: unknown): number | undefined {
  return typeof value === "string" && /^\d{13}$/.test(value) ? Number(value) : parseCloudTime(value);
}

/** The value at the end of a path with dots. */
function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((part, key) => (isRecord(part) ? part[key] : undefined), value);
}

function first<From, To>(list: From[], poll: (one: From) => To | undefined): To | undefined {
  for (const one of list) {
    const found = poll(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
