import type { Source } from "../../../../ports.ts";
import type { ResponseParser } from "../../http/answer.ts";
import type { CloudClient } from "../../http/client.ts";
import { MISSING_CODES } from "../../http/missing-codes.ts";
import { createSource } from "../source.ts";
import { observationOfJob } from "./job-details.ts";

/** `GET /v1/{project}/sfs-turbo/jobs/{job}`: the job API. */
export function createJobSource(cloudClient: CloudClient, endpoint: string): Source {
  return createSource(cloudClient, {
    name: "sfs-turbo-job",
    endpoint,
    path: (projectId, jobId) => `/v1/${projectId}/sfs-turbo/jobs/${jobId}`,
    parser: jobParser,
  });
}

export function jobParser(jobId: string): ResponseParser {
  return { upstream: "the job API", missing: MISSING_CODES["sfs-turbo-job"], seen: (body) => observationOfJob(body, jobId) };
}
