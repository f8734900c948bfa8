import type { Source } from "../../../../ports.ts";
import type { Reading } from "../../http/answer.ts";
import type { Ask } from "../../http/client.ts";
import { MISSING_CODES } from "../../http/missing-codes.ts";
import { createSource } from "../source.ts";
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
