import { randomUUID } from "node:crypto";
import { type Answer, json } from "./answer.ts";
import type { Progress, Run } from "./share.ts";
import type { Store } from "./store.ts";

/** An entry of CBR's operation log: a backup of a share. */
export interface Backup extends Run {
  id: string;
  /** Absent: a backup of every project. */
  projectId?: string;
  resource: { id: string; name: string };
  backupId: string;
  requestId: string;
}

export interface Backups {
  /** Starts a backup of a share and returns the id of its log entry. */
  start(share: { id: string; name: string }, options?: { projectId?: string; fails?: boolean; seconds?: number }): string;
  /** Returns undefined if there is no such entry. */
  poll(logId: string, projectId: string): Answer | undefined;
  /** The rows of the list that began from `since` to `until`, newest first. */
  rows(projectId: string, since: number, until: number): object[];
}

const SECONDS = 20;
/** The part of a backup's time in which it waits. */
const WAITS = 0.1;
const VAULT_FULL = { code: "BackupService.6114", message: "The used capacity of the vault exceeds the maximum capacity." };

export function createBackups(store: Store<Backup>, progress: Progress, now: () => number): Backups {
  const isOf = (projectId: string) => (backup: Backup) => (backup.projectId ?? projectId) === projectId;
  return {
    start({ id, name }, { projectId, fails = false, seconds = SECONDS } = {}) {
      const logId = randomUUID();
      const request = { backupId: randomUUID(), requestId: `req-${randomUUID()}` };
      const run = { at: now(), seconds, fails };
      store.put({ id: logId, ...run, ...request, resource: { id, name }, ...(projectId !== undefined && { projectId }) });
      return logId;
    },
    poll(logId, projectId) {
      const backup = store.get(logId);
      if (backup === undefined || !isOf(projectId)(backup)) return undefined;
      return json(200, { operation_log: rowOf(backup, projectId, progress(backup)) });
    },
    rows: (projectId, since, until) =>
      store
        .all()
        .filter((backup) => isOf(projectId)(backup) && backup.at >= since && backup.at <= until)
        .map((backup) => rowOf(backup, projectId, progress(backup)))
        .reverse(),
  };
}

function rowOf({ id, at, seconds, fails, resource, backupId, requestId }: Backup, projectId: string, done: number): object {
  const timeAt = (part: number) => (done < part ? null : time(at + part * seconds * 1000));
  const hasEnded = done >= 1;
  return {
    id,
    operation_type: "backup",
    status: hasEnded ? (fails ? "failed" : "success") : done < WAITS ? "waiting" : "running",
    created_at: time(at),
    started_at: timeAt(WAITS),
    ended_at: timeAt(1),
    updated_at: time(at + Math.min(done, 1) * seconds * 1000),
    error_info: hasEnded && fails ? VAULT_FULL : { code: "", message: "" },
    extra_info: {
      common: { progress: Math.floor(Math.min(done, 1) * 100), request_id: requestId, task_id: id },
      resource: { ...resource, type: "OS::Sfs::Turbo" },
      backup: { backup_id: backupId, backup_name: `backup_${resource.name}` },
    },
    checkpoint_id: backupId,
    policy_id: null,
    project_id: projectId,
    provider_id: "0daac4c5-6707-4851-97ba-169e36266b66",
    vault_id: "e1d2c3b4-5a69-4788-9695-a4b3c2d1e0f9",
    vault_name: "vault-01",
  };
}

/** CBR's times are UTC without a zone, with microseconds. */
function time(at: number): string {
  return new Date(at).toISOString().replace("Z", "000");
}
