import type { Reading } from "../cloud/answer.ts";
import type { Ask } from "../cloud/ask.ts";
import { MISSING_CODES } from "../cloud/missing-codes.ts";
import { createSource } from "../cloud/source.ts";
import type { Source } from "../ports.ts";
import { observationOfJob } from "./job-details.ts";

/** `GET /v1/{project}/sfs-turbo/jobs/{job}`: the job API. */
export function createJobSource(ask: Ask, endpoint: string): Source {
  return createSource(ask, {
    name: "sfs-turbo-job",
    endpoint,
    path: (projectId, jobId) => `/v1/${projectId}/sfs-turbo/jobs/${jobId}`,
    reading: readingOfJob,
  });
}

export function readingOfJob(jobId: string): Reading {
  return { peer: "the job API", missing: MISSING_CODES["sfs-turbo-job"], seen: (body) => observationOfJob(body, jobId) };
}
