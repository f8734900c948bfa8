import { failedSubJobs, type Status } from "./sub-jobs.ts";

// What a person can do about a failed job, by the cloud's error code. The codes and their meanings are those of the API
// reference. An unknown code gets no hint, since a wrong hint is worse than none.
const FAILURE_HINTS: ReadonlyMap<string, string> = new Map([
  ["SFS.TURBO.0001", "The cloud rejected a parameter. Check the name, size, type, network and security group of the request."],
  [
    "SFS.TURBO.0002",
    "The share or something it refers to does not exist, or the user may not see it. Check both before you try again.",
  ],
  [
    "SFS.TURBO.0005",
    "The cloud had an internal error. Try again; if the error persists, open a support ticket with the request id of the job.",
  ],
  [
    "SFS.TURBO.0010",
    "A quota of the project is used up. Delete what you no longer need or request a higher quota, then try again.",
  ],
  ["SFS.TURBO.0011", "Another operation is running on the share. Wait until it ends, then start this one again."],
  ["SFS.TURBO.0015", "The user that started the job lacks the permission. Ask an administrator to grant it."],
  ["SFS.TURBO.0029", "The subnet has no free address. Release addresses, or choose a larger subnet, then try again."],
  ["SFS.TURBO.0030", "This share type is sold out in this zone. Try another availability zone or type, or try again later."],
  ["SFS.TURBO.0032", "This share type is sold out in this zone. Try another availability zone or type, or try again later."],
  ["SFS.TURBO.0037", "The request conflicted with another one on the same share. Try again in a few minutes."],
  [
    "SFS.TURBO.0038",
    "The cloud reports an unknown error. Check the share; if it is not usable, open a support ticket with the request id of the job.",
  ],
  ["SFS.TURBO.9000", "The share probably no longer exists. Check whether somebody deleted it."],
]);

// The same for operations on shares, by the status or sub status. The cloud gives no reason for them.
const SHARE_HINTS: ReadonlyMap<string, string> = new Map([
  [
    "300",
    "Check the share in the cloud's console, then start the operation again. If it fails again, open a support ticket with the request id of the job.",
  ],
  [
    "303",
    "Check the quotas of the project, the free addresses of the subnet and the share type. Delete the failed share, then create it again.",
  ],
  ["321", "Check the capacity quota of the project and the share in the cloud's console, then extend the share again."],
  ["332", "Check in the cloud's console that the security group exists, then change it again."],
  ["350", "Check the bucket of the storage backend and its permissions in the cloud's console, then add the backend again."],
  ["351", "Check in the cloud's console that nothing uses the storage backend any more, then remove it again."],
  ["400", "The share was deleted while the operation was running. Check who deleted it."],
  ["800", "Check in the cloud's console why the share is frozen."],
]);

/** Returns what to do about a failed job. The code of the first failed step decides, else the job's own. */
export function hintFor(job: { source: string; subJobs: Status[]; errorCode?: string | undefined }): string | undefined {
  const hints = job.source === "sfs-turbo-share" ? SHARE_HINTS : FAILURE_HINTS;
  const codes = [failedSubJobs(job)[0]?.errorCode, job.errorCode];
  return codes.map((code) => hints.get(code ?? "")).find((hint) => hint !== undefined);
}
