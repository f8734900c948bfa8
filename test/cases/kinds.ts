// One job of each kind that can be tracked, and the cloud's answers about it.

export interface Kind {
  /** The body that registers it. */
  body: { source: string; [field: string]: unknown };
  jobId: string;
  /** The cloud service's own status for a running job. */
  running: string;
  answer(status: string): object;
}

const SHARE = "a4f5c1d2-0000-4000-8000-00000000000a";
const TASK = "b4f5c1d2-0000-4000-8000-00000000000b";
const HEX = "ff8080827e7810fb017f06338a731328";
const UUID = "26f6b565-0000-4000-8000-03f0bd975433";

export const KINDS = {
  "SFS Turbo job": {
    body: { source: "sfs-turbo-job", jobId: UUID },
    jobId: UUID,
    running: "running",
    answer: (status) => ({ job_id: UUID, job_type: "extend_share", status, begin_time: "2026-11-23 11:30:00" }),
  },
  "extension of a share": {
    body: { source: "sfs-turbo-share", operation: "extend", shareId: SHARE },
    jobId: `${SHARE}.extend.1`,
    running: "121",
    answer: (sub_status) => ({ id: SHARE, status: "200", sub_status, size: "500.00" }),
  },
  "deletion of a share": {
    body: { source: "sfs-turbo-share", operation: "delete", shareId: SHARE },
    jobId: `${SHARE}.delete.1`,
    running: "200",
    answer: (status) => ({ id: SHARE, status, size: "500.00" }),
  },
  "data task": {
    body: { source: "sfs-turbo-task", shareId: SHARE, feature: "hpc-cache", taskId: TASK },
    jobId: `${SHARE}.hpc-cache.${TASK}`,
    running: "DOING",
    answer: (status) => ({ task_id: TASK, status, type: "import" }),
  },
  "ECS job": relativeOfEcs("ecs-job"),
  "EVS job": relativeOfEcs("evs-job"),
  "IMS job": relativeOfEcs("ims-job"),
  "SDRS job": relativeOfEcs("sdrs-job"),
  "BMS job": relativeOfEcs("bms-job"),
  "DCS job": relativeOfEcs("dcs-job"),
  "RDS job": database("rds-job"),
  "DDS job": database("dds-job"),
  "CBR log": {
    body: { source: "cbr-log", jobId: UUID },
    jobId: UUID,
    running: "running",
    answer: (status) => ({
      operation_log: { id: UUID, operation_type: "backup", status, started_at: "2026-11-23T11:30:00Z", ended_at: "" },
    }),
  },
} satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

function relativeOfEcs(source: string): Kind {
  return {
    body: { source, jobId: HEX },
    jobId: HEX,
    running: "RUNNING",
    answer: (status) => ({ job_id: HEX, job_type: "create", status, begin_time: "2026-11-23T11:30:00.000Z", end_time: "" }),
  };
}

function database(source: string): Kind {
  return {
    body: { source, jobId: UUID },
    jobId: UUID,
    running: "Running",
    answer: (status) => ({ job: { id: UUID, name: "CreateInstance", status, created: "2026-11-23T11:30:00+0000" } }),
  };
}

/** Returns the API path of the job. */
export function pathOf({ body: { source }, jobId }: Kind): string {
  return `/jobs/${jobId}?source=${source}`;
}
