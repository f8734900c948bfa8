import type { SourceName } from "../../../../lib/domain/job/sources.ts";
import { PROJECT } from "../../../jobs.ts";

/** Sample answers of one source, and what must be read from them. */
export interface Sample {
  jobId: string;
  /** Path and query. */
  path: string;
  running: object;
  success: object;
  failed: object;
  /** An answer with an unknown status. */
  unknown: object;
  /** Expected details of `success` and `failed`. */
  ended: object;
  why: object;
  /** The answer for a missing job. Absent if none is documented. */
  missing?: { status: number; body: object };
}

// Successful answers of SFS Turbo jobs, EVS and RDS are samples of the documentation. The others (ECS, IMS, SDRS, BMS, DCS, DDS, CBR,
// shares, tasks) follow the documented fields. Only EVS documents a failed job, and only CBR the error of an unknown one. The rest
// follows the tables of fields and error codes.

const SHARE = "77ba6f4b-6365-4895-8dda-bc7142af4dde";
const TASK = "0a1b2c3d-11aa-4c0e-9f1b-2a6b7c8d9e0f";
const HEX = "ff80808288a8c5f20188ab0d8c6a0b1c";
const UUID = "31b8ae23-c687-4d80-b7b4-42a66c9bb886";

const turbo = (code: string) => ({ errCode: `SFS.TURBO.${code}`, errMsg: "text" });
const share = (status: string, sub?: string) => ({
  id: SHARE,
  name: "share-1",
  status,
  size: "500.00",
  ...(sub !== undefined && { sub_status: sub }),
});

const BEGAN = Date.UTC(2016, 1, 4, 1, 43, 37, 445);
const ENDED = Date.UTC(2016, 1, 4, 1, 44, 2, 239);

/** ECS and services with the same job API. They differ in the path of the sub jobs. */
function v1(host: string, jobId: string, code: string, jobType: string, withSubs: (subs: object[]) => object): Sample {
  const job = { job_id: jobId, job_type: jobType, begin_time: "2016-02-04T01:43:37.445Z", error_code: null, fail_reason: null };
  const sub = { job_id: "21917a8d52a19b040152a9f2f2e50041", job_type: `${jobType}Sub`, begin_time: "2016-02-04T01:43:37.445Z" };
  const ended = { end_time: "2016-02-04T01:44:02.239Z" };
  return {
    jobId,
    path: `/${host}/v1/${PROJECT}/jobs/${jobId}`,
    running: { ...job, status: "RUNNING", end_time: "", ...withSubs([{ ...sub, status: "INIT", end_time: "" }]) },
    success: { ...job, status: "SUCCESS", ...ended, ...withSubs([{ ...sub, status: "SUCCESS", ...ended, error_code: null }]) },
    failed: {
      ...job,
      status: "FAIL",
      ...ended,
      error_code: code,
      fail_reason: "volume is error!",
      ...withSubs([{ ...sub, status: "FAIL", ...ended, error_code: code, fail_reason: "volume is error!" }]),
    },
    unknown: { ...job, status: "ROLLING_BACK" },
    ended: {
      jobType,
      beginTime: BEGAN,
      endTime: ENDED,
      subJobs: [{ jobId: sub.job_id, jobType: `${jobType}Sub`, state: "success", beginTime: BEGAN, endTime: ENDED }],
    },
    why: {
      errorCode: code,
      failReason: "volume is error!",
      subJobs: [{ state: "failed", errorCode: code, failReason: "volume is error!" }],
    },
  };
}

function database(host: string, name: string, unknownCode: string): Sample {
  const job = { id: UUID, name, created: "2018-08-06T10:41:14+0000", process: "", instance: { id: "a48e43ff", name: "mysql" } };
  return {
    jobId: UUID,
    path: `/${host}/v3/${PROJECT}/jobs?id=${UUID}`,
    // DDS has an end time while the job runs.
    running: { job: { ...job, status: "Running", ended: "2018-08-06T16:41:14+0000" } },
    success: { job: { ...job, status: "Completed", ended: "2018-08-06T16:41:14+0000" } },
    failed: { job: { ...job, status: "Failed", ended: "2018-08-06T16:41:14+0000", fail_reason: "no address left" } },
    unknown: { job: { ...job, status: "Suspended" } },
    ended: {
      jobType: name,
      beginTime: Date.UTC(2018, 7, 6, 10, 41, 14),
      endTime: Date.UTC(2018, 7, 6, 16, 41, 14),
      subJobs: [],
    },
    why: { failReason: "no address left" },
    missing: { status: 400, body: { error_code: unknownCode, error_msg: "no such job" } },
  };
}

const OPERATION_LOG = {
  id: UUID,
  operation_type: "backup",
  started_at: "2019-05-23T12:02:14.000+00:00",
  ended_at: "2019-05-23T12:32:00Z",
  error_info: { code: "", message: "" },
};

export const SAMPLES: Record<SourceName, Sample> = {
  "sfs-turbo-job": {
    jobId: "6d1f4a3c-11aa-4c0e-9f1b-2a6b7c8d9e0f",
    path: `/v1/${PROJECT}/sfs-turbo/jobs/6d1f4a3c-11aa-4c0e-9f1b-2a6b7c8d9e0f`,
    running: { status: "running" },
    success: {
      job_id: "6d1f4a3c-11aa-4c0e-9f1b-2a6b7c8d9e0f",
      status: "success",
      job_type: "bind_ldap",
      begin_time: "2016-01-02 15:04:05",
      end_time: "2016-01-02 15:04:05",
    },
    failed: { status: "failed", error_code: "SFS.TURBO.0030", fail_reason: "sold out" },
    unknown: { status: "suspended" },
    ended: {
      jobType: "bind_ldap",
      beginTime: Date.UTC(2016, 0, 2, 15, 4, 5),
      endTime: Date.UTC(2016, 0, 2, 15, 4, 5),
      subJobs: [],
    },
    why: { errorCode: "SFS.TURBO.0030", failReason: "sold out" },
    missing: { status: 404, body: turbo("0019") },
  },
  "sfs-turbo-share": {
    jobId: `${SHARE}.create.1`,
    path: `/v1/${PROJECT}/sfs-turbo/shares/${SHARE}`,
    running: { ...share("100"), action_progress: { CREATING: "56%" } },
    success: { ...share("200"), created_at: "2018-07-19T02:29:53" },
    failed: share("303"),
    unknown: share("777"),
    ended: {
      jobType: "create_share",
      beginTime: Date.UTC(2018, 6, 19, 2, 29, 53),
      subJobs: [],
      resource: { name: "share-1", size: 500 },
    },
    why: { errorCode: "303", failReason: "The share was not created." },
    missing: { status: 404, body: turbo("0002") },
  },
  "sfs-turbo-task": {
    jobId: `${SHARE}.hpc-cache.${TASK}`,
    path: `/v1/${PROJECT}/sfs-turbo/${SHARE}/hpc-cache/task/${TASK}`,
    running: { task_id: TASK, type: "import_metadata", status: "DOING", start_time: "2023-06-01 02:00:00" },
    success: {
      task_id: TASK,
      type: "import_metadata",
      status: "SUCCESS",
      start_time: "2023-06-01 02:00:00",
      end_time: "2023-06-01 02:10:00",
      message: "task success",
    },
    failed: { task_id: TASK, type: "export", status: "FAIL", message: "no such bucket" },
    unknown: { task_id: TASK, status: "PAUSED" },
    ended: {
      jobType: "hpc_cache_import_metadata",
      beginTime: Date.UTC(2023, 5, 1, 2),
      endTime: Date.UTC(2023, 5, 1, 2, 10),
      subJobs: [],
    },
    why: { failReason: "no such bucket" },
    missing: { status: 404, body: turbo("0001") },
  },
  "ecs-job": {
    ...v1("ecs", HEX, "Ecs.0114", "createServer", (subs) => ({ entities: { sub_jobs_total: subs.length, sub_jobs: subs } })),
    missing: { status: 400, body: { error: { code: "Common.0011", message: "Failed to query system tasks." } } },
  },
  "evs-job": {
    ...v1("evs", HEX, "EVS.2024", "createVolume", (sub_jobs) => ({ entities: { sub_jobs } })),
    missing: { status: 400, body: { error: { code: "Common.0011", message: "query job fail." } } },
  },
  "ims-job": v1("ims", HEX, "IMG.0027", "createImageByInstance", (subs) => ({
    entities: { image_id: "i", process_percent: 100, sub_jobs_result: subs, sub_jobs_list: ["a"] },
  })),
  "sdrs-job": v1("sdrs", HEX, "SDRS.0204", "createProtectionGroupNoCG", (sub_jobs) => ({ entities: {}, sub_jobs })),
  "bms-job": v1("bms", HEX, "BMS.0114", "createBareMetalServer", (sub_jobs) => ({ entities: { sub_jobs_total: 1, sub_jobs } })),
  "dcs-job": {
    jobId: HEX,
    path: `/dcs/v2/${PROJECT}/jobs/${HEX}`,
    running: { job_id: HEX, job_type: "createInstance", status: "RUNNING", begin_time: "1684191545379", end_time: "" },
    success: {
      job_id: HEX,
      job_type: "createInstance",
      status: "SUCCESS",
      begin_time: "1684191545379",
      end_time: "1684191548248",
      fail_reason: "",
    },
    failed: { job_id: HEX, job_type: "createInstance", status: "FAIL", fail_reason: "no address left" },
    unknown: { job_id: HEX, status: "PAUSED" },
    ended: { jobType: "createInstance", beginTime: 1_684_191_545_379, endTime: 1_684_191_548_248, subJobs: [] },
    why: { failReason: "no address left" },
    missing: { status: 400, body: { error_code: "DCS.4070", error_msg: "Invalid task ID format.", error_ext_msg: null } },
  },
  "rds-job": database("rds", "CreateMysqlSingleHAInstance", "DBS.200543"),
  "dds-job": database("dds", "CreateMongoDB", "DBS.280016"),
  "cbr-log": {
    jobId: UUID,
    path: `/cbr/v3/${PROJECT}/operation-logs/${UUID}`,
    running: { operation_log: { ...OPERATION_LOG, status: "running", ended_at: "" } },
    success: { operation_log: { ...OPERATION_LOG, status: "success" } },
    failed: {
      operation_log: { ...OPERATION_LOG, status: "timeout", error_info: { code: "BackupService.9997", message: "too slow" } },
    },
    unknown: { operation_log: { ...OPERATION_LOG, status: "paused" } },
    ended: {
      jobType: "backup",
      beginTime: Date.UTC(2019, 4, 23, 12, 2, 14),
      endTime: Date.UTC(2019, 4, 23, 12, 32),
      subJobs: [],
    },
    why: { errorCode: "BackupService.9997", failReason: "too slow" },
    missing: { status: 404, body: { error_code: "BackupService.6500", error_msg: "no such log" } },
  },
};
