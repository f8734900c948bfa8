import type { SourceName } from "../../../../domain/job/sources.ts";
import type { CloudState } from "../../../../domain/job/states.ts";

/** How one service describes a job. Names with dots are paths; of a list, the first one that exists counts. */
export interface Service {
  name: SourceName;
  /** Name of the API in messages. */
  upstream: string;
  path(projectId: string, jobId: string): string;
  /** Path of the job in the body. Absent if the body is the job. */
  job?: string;
  id: string;
  type: string;
  /** In lower case. An unlisted word is an unknown status and is reported to the operators. */
  states: Readonly<Record<string, CloudState>>;
  begin: string;
  end: string;
  code: string[];
  reason: string[];
  subJobs?: string[];
  /** Absent if its jobs cannot be listed. */
  list?: ServiceList;
}

/** A list of a project's jobs. Names with dots are paths in a row. */
export interface ServiceList {
  upstream: string;
  path(projectId: string): string;
  /** The parameter for the earliest begin, as `2018-01-01T12:00:00Z`. */
  since: string;
  field: string;
  created: string;
  /** The resource that the job acts on. Of several names, the first one that exists counts. */
  target: string;
  names: string[];
}

type Shape = Pick<Service, "id" | "type" | "states" | "begin" | "end" | "code" | "reason"> &
  Partial<Pick<Service, "job" | "subJobs">>;

const WORDS = {
  init: "waiting",
  // A yearly or monthly order that is not paid yet.
  pending_payment: "waiting",
  running: "running",
  success: "success",
  fail: "failed",
  failed: "failed",
} as const;

/** ECS and services with the same job API. */
const V1: Shape = {
  id: "job_id",
  type: "job_type",
  states: WORDS,
  begin: "begin_time",
  end: "end_time",
  code: ["error_code", "error.code"],
  reason: ["fail_reason", "error.message", "entities.errorcode_message"],
  subJobs: ["entities.sub_jobs", "entities.sub_jobs_result", "sub_jobs"],
};

const DATABASE: Shape = {
  job: "job",
  id: "id",
  type: "name",
  states: { running: "running", completed: "success", failed: "failed" },
  begin: "created",
  end: "ended",
  code: ["error_code"],
  reason: ["fail_reason"],
};

const OPERATION_LOG: Shape = {
  job: "operation_log",
  id: "id",
  type: "operation_type",
  // A backup that was skipped by its policy counts as a success.
  states: {
    waiting: "waiting",
    running: "running",
    success: "success",
    skipped: "success",
    failed: "failed",
    timeout: "failed",
  },
  begin: "started_at",
  end: "ended_at",
  code: ["error_info.code"],
  reason: ["error_info.message"],
};

const jobs = (version: string) => (projectId: string, jobId: string) => `/${version}/${projectId}/jobs/${jobId}`;
const query = (projectId: string, jobId: string) => `/v3/${projectId}/jobs?id=${jobId}`;

export const SERVICES: readonly Service[] = [
  { name: "ecs-job", upstream: "the ECS job API", path: jobs("v1"), ...V1 },
  { name: "evs-job", upstream: "the EVS job API", path: jobs("v1"), ...V1 },
  { name: "ims-job", upstream: "the IMS job API", path: jobs("v1"), ...V1 },
  { name: "sdrs-job", upstream: "the SDRS job API", path: jobs("v1"), ...V1 },
  { name: "bms-job", upstream: "the BMS job API", path: jobs("v1"), ...V1 },
  { name: "dcs-job", upstream: "the DCS job API", path: jobs("v2"), ...V1 },
  { name: "rds-job", upstream: "the RDS job API", path: query, ...DATABASE },
  { name: "dds-job", upstream: "the DDS job API", path: query, ...DATABASE },
  {
    name: "cbr-log",

    upstream: "the CBR operation log",
    path: (projectId, jobId) => `/v3/${projectId}/operation-logs/${jobId}`,
    ...OPERATION_LOG,
    list: {
      upstream: "the list of CBR operations",
      path: (projectId) => `/v3/${projectId}/operation-logs`,
      since: "start_time",
      field: "operation_logs",
      created: "created_at",
      target: "extra_info.resource.id",
      names: ["extra_info.resource.name", "vault_name"],
    },
  },
];
