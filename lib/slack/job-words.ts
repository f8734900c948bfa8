import type { Job } from "../job/job.ts";
import { nounOf } from "../job/sources.ts";
import { mrkdwn } from "./text.ts";

/** The most characters that values from outside take in one sentence or line. */
export interface Room {
  type: number;
  name: number;
  reason: number;
  code: number;
  /** The failed step; 0: not said. */
  step: number;
}

const JOB_TYPES = new Map([
  ["create_share", "Create share"],
  ["hpc_create_share", "Create HPC share"],
  ["delete_share", "Delete share"],
  ["extend_share", "Extend share"],
  ["change_security_group", "Change security group"],
  ["create_obs_target", "Add storage backend"],
  ["delete_obs_target", "Remove storage backend"],
  ["bind_ldap", "Bind LDAP"],
  ["unbind_ldap", "Unbind LDAP"],
  ["update_ldap", "Update LDAP"],
  ["add_ad_domain", "Join AD domain"],
  ["change_ad_domain", "Change AD domain"],
  ["quit_ad_domain", "Leave AD domain"],
  ["dir_usage", "Directory usage"],
  ["hpc_cache", "HPC cache task"],
  ["hpc_cache_export", "HPC cache export"],
  ["hpc_cache_import", "HPC cache import"],
  ["hpc_cache_import_metadata", "HPC cache import of metadata"],
  ["hpc_cache_preload", "HPC cache preload"],
]);

export function typeWords(jobType: string | undefined, limit: number, noun = "SFS Turbo job"): string {
  const words = jobType === undefined ? "" : (JOB_TYPES.get(jobType) ?? mrkdwn(capitalised(jobType), limit));
  return words === "" ? noun : words;
}

/** `Extend share "data-01"`: what every sentence about a job begins with. */
export function subjectOf(job: Job, room: Room): string {
  return `${typeWords(job.jobType, room.type, nounOf(job.source))} "${nameOf(job, room.name)}"`;
}

/** The cloud's reason and code as one ending of a sentence: `quota exceeded (SFS.TURBO.0010)`. */
export function reasonWords(said: { failReason?: string; errorCode?: string }, room: Room): string | undefined {
  const sentence = (said.failReason ?? "").trimEnd();
  const reason = mrkdwn(sentence.endsWith(".") ? sentence.slice(0, -1) : sentence, room.reason);
  const code = mrkdwn(said.errorCode ?? "", room.code);
  if (reason === "" || code === "") return reason || code || undefined;
  return `${reason} (${code})`;
}

function nameOf({ title, jobId }: Job, limit: number): string {
  return mrkdwn(title ?? "", limit) || mrkdwn(jobId, limit);
}

/** Services beside SFS Turbo write `createServer`. */
function capitalised(jobType: string): string {
  const words = jobType
    .replaceAll("_", " ")
    .replaceAll(/(?<=[a-z])[A-Z](?=[a-z])/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
