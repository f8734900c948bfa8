import { type Answer, json } from "./answer.ts";

// The answers of the services other than SFS Turbo: the same scripts, in the format of each service.

interface Shape {
  path: RegExp;
  unknown: Answer;
  /** Converts a job from the format of SFS Turbo. */
  body(job: Job): unknown;
  /** Whether a job id is a UUID, instead of 32 hexadecimal digits. */
  isUuid: boolean;
}

interface Job {
  job_id: string;
  status: string;
  job_type?: string;
  begin_time?: string;
  end_time?: string;
  error_code?: string;
  fail_reason?: string;
  sub_jobs?: Job[];
}

const CAPITALS: Record<string, string> = { waiting: "INIT", running: "RUNNING", success: "SUCCESS", failed: "FAIL" };
const TITLES: Record<string, string> = { waiting: "Running", running: "Running", success: "Completed", failed: "Failed" };

export const OTHER_SERVICES: Record<string, Shape> = {
  "ecs-job": v1("ecs", (job, subs) => ({ ...job, entities: { sub_jobs_total: subs.length, sub_jobs: subs } })),
  "evs-job": v1("evs", (job, subs) => ({ ...job, entities: { sub_jobs: subs } })),
  "ims-job": v1("ims", (job, subs) => ({
    ...job,
    entities: { process_percent: 10, sub_jobs_result: subs, sub_jobs_list: [] },
  })),
  "sdrs-job": v1("sdrs", (job, subs) => ({ ...job, sub_jobs: subs })),
  "bms-job": v1("bms", (job, subs) => ({ ...job, entities: { sub_jobs_total: subs.length, sub_jobs: subs } })),
  "dcs-job": {
    path: /^\/dcs\/v2\/(?<projectId>[^/]+)\/jobs\/(?<jobId>[^/?]+)$/,
    unknown: json(400, { error_code: "DCS.4070", error_msg: "Invalid task ID format.", error_ext_msg: null }),
    body: ({ job_id, job_type, status, begin_time, end_time, fail_reason = "" }) => ({
      job_id,
      job_type,
      status: CAPITALS[status] ?? status,
      begin_time: epoch(begin_time),
      end_time: epoch(end_time),
      fail_reason,
    }),
    isUuid: false,
  },
  "rds-job": database("rds", "DBS.200543", "The job does not exist."),
  "dds-job": database("dds", "DBS.280016", "Resource not found."),
  "cbr-log": {
    path: /^\/cbr\/v3\/(?<projectId>[^/]+)\/operation-logs\/(?<jobId>[^/?]+)$/,
    unknown: json(404, { error_code: "BackupService.6500", error_msg: "The operation log does not exist." }),
    body: ({ job_id, status, begin_time, end_time, error_code = "", fail_reason = "" }) => ({
      operation_log: {
        id: job_id,
        operation_type: "backup",
        status,
        started_at: iso(begin_time),
        ended_at: iso(end_time),
        error_info: { code: error_code, message: fail_reason },
      },
    }),
    isUuid: true,
  },
};

/** The services' names, which are the path prefixes of this cloud: `ecs-job` is a job of `ecs`. */
export const OTHER_HOSTS = Object.keys(OTHER_SERVICES).map((source) => source.replace(/-\w+$/, ""));

function v1(host: string, compose: (job: object, subJobs: object[]) => object): Shape {
  const one = ({
    sub_jobs: _,
    error_code = null,
    fail_reason = null,
    ...job
  }: Omit<Job, "error_code" | "fail_reason"> & {
    error_code?: string | null;
    fail_reason?: string | null;
  }) => ({
    ...job,
    status: CAPITALS[job.status] ?? job.status,
    begin_time: iso(job.begin_time),
    end_time: iso(job.end_time),
    error_code,
    fail_reason,
  });
  return {
    path: new RegExp(`^/${host}/v1/(?<projectId>[^/]+)/jobs/(?<jobId>[^/?]+)$`),
    unknown: json(400, { error: { code: "Common.0011", message: "Failed to query system tasks." } }),
    body: (job) => compose(one(job), (job.sub_jobs ?? []).map(one)),
    isUuid: false,
  };
}

function database(host: string, code: string, message: string): Shape {
  return {
    path: new RegExp(`^/${host}/v3/(?<projectId>[^/]+)/jobs\\?id=(?<jobId>[^&]+)$`),
    unknown: json(400, { error_code: code, error_msg: message }),
    body: ({ job_id, job_type, status, begin_time, end_time, fail_reason }) => ({
      job: {
        id: job_id,
        name: job_type,
        status: TITLES[status] ?? status,
        created: iso(begin_time).replace(".000Z", "+0000"),
        ended: iso(end_time).replace(".000Z", "+0000"),
        process: status === "success" ? "100" : "10",
        ...(fail_reason !== undefined && { fail_reason }),
      },
    }),
    isUuid: true,
  };
}

/** Converts the answer to a poll into the format of a service. */
export function inWordsOf(source: string, answer: Answer): Answer {
  const shape = OTHER_SERVICES[source];
  if (shape === undefined || (answer.status ?? 200) !== 200 || typeof answer.body !== "object") return answer;
  return { ...answer, body: shape.body(answer.body as Job) };
}

function iso(stamp: string | undefined): string {
  return stamp === undefined ? "" : `${stamp.replace(" ", "T")}.000Z`;
}

function epoch(stamp: string | undefined): string {
  return stamp === undefined ? "" : String(Date.parse(iso(stamp)));
}
