/** Returns a realistic answer of the job API: about 300 bytes, and 200 more for each sub job. */
export function jobBody(jobId: string, subJobs: number): string {
  const common = { begin_time: "2026-11-23 11:02:17", end_time: "", error_code: null, fail_reason: null };
  const job = { job_id: jobId, job_type: "SfsTurboExpandShareTask", status: "running", ...common };
  const sub = (index: number) => ({
    job_id: `4e9e8c3f-7d1f-4e5a-9a52-${String(index).padStart(12, "0")}`,
    job_type: "ExpandVolumeTask",
    status: "running",
    ...common,
  });
  return JSON.stringify({ ...job, sub_jobs: Array.from({ length: subJobs }, (_, index) => sub(index)) });
}
