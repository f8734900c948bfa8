// One share of SFS Turbo, and what the cloud shows of it at any moment.

/** An operation that takes `seconds`. */
export interface Run {
  at: number;
  seconds: number;
  fails: boolean;
}

export interface Share {
  id: string;
  /** Absent: a share of every project. */
  projectId?: string;
  name: string;
  /** In GB, before the last change. */
  size: number;
  /** Before the last change. */
  securityGroup: string;
  tags: { key: string; value: string }[];
  creation: Run;
  /** The last change. The share keeps showing its sub status. */
  change?: Change;
  deletion?: Run;
}

export interface Change extends Run {
  operation: string;
  /** The size or the security group after it. */
  value?: number | string;
}

/** Returns which part of an operation is done: 1 or more once it has ended. */
export type Progress = (run: Run) => number;

/** The last two digits of a sub status. */
export const CHANGES: Readonly<Record<string, string>> = {
  extend: "21",
  "change-security-group": "32",
  "add-backend": "50",
  "remove-backend": "51",
};

/** The values of all shares that no operation changes. */
const PLACE = {
  version: "1.0.0",
  region: "eu-de",
  availability_zone: "eu-de-02",
  az_name: "eu-de-02",
  vpc_id: "b24e39e1-bc0c-475b-ae0c-aef9cf240af3",
  subnet_id: "86fc01ea-8ec8-409d-ba7a-e0ea16d4fd97",
  share_type: "STANDARD",
  share_proto: "NFS",
  optional_endpoint: "192.168.1.102 192.168.1.232",
  enterprise_project_id: "0",
  instanceId: "34d65df8-342f-49fb-ac1a-60f686ca437c",
  instanceType: "efs-ha",
  statusDetail: "d120c389861619e7580a12cab74f6a22",
  features: { backup: { is_support: true } },
};

export function isGone({ deletion }: Share, progress: Progress): boolean {
  return deletion !== undefined && !deletion.fails && progress(deletion) >= 1;
}

/** Whether an operation is running. The cloud then accepts no other one. */
export function isBusy({ creation, change, deletion }: Share, progress: Progress): boolean {
  return [creation, change, deletion].some((run) => run !== undefined && progress(run) < 1);
}

/** Whether an operation can start. */
export function isIdle(share: Share, progress: Progress): boolean {
  return !isBusy(share, progress) && !isGone(share, progress) && statusOf(share, progress) === "200";
}

/** Returns the share with the last change applied, so that the next one can start. */
export function withChangeApplied(share: Share, progress: Progress): Share {
  return { ...share, size: sizeOf(share, progress), securityGroup: groupOf(share, progress) };
}

/** Returns the row of the list, which equals the answer for a single share. */
export function bodyOf(share: Share, progress: Progress): object {
  const size = sizeOf(share, progress);
  const isCreating = progress(share.creation) < 1;
  return {
    id: share.id,
    name: share.name,
    status: statusOf(share, progress),
    sub_status: subStatusOf(share.change, progress),
    created_at: new Date(share.creation.at).toISOString().slice(0, 19),
    size: size.toFixed(2),
    avail_capacity: (size * 0.75).toFixed(2),
    security_group_id: groupOf(share, progress),
    tags: share.tags,
    ...PLACE,
    ...(isCreating
      ? { action_progress: { CREATING: `${Math.floor(progress(share.creation) * 100)}%` } }
      : { export_location: `${share.id}.sfsturbo.internal:/`, pay_model: "0" }),
  };
}

function statusOf({ creation, deletion }: Share, progress: Progress): string {
  if (progress(creation) < 1) return "100";
  if (creation.fails) return "303";
  return deletion?.fails && progress(deletion) >= 1 ? "300" : "200";
}

function subStatusOf(change: Change | undefined, progress: Progress): string {
  if (!change) return "";
  const hundred = progress(change) < 1 ? 1 : change.fails ? 3 : 2;
  return `${hundred}${CHANGES[change.operation]}`;
}

function sizeOf({ size, change }: Share, progress: Progress): number {
  return isDone("extend", change, progress) ? Number(change?.value) : size;
}

function groupOf({ securityGroup, change }: Share, progress: Progress): string {
  return isDone("change-security-group", change, progress) ? String(change?.value) : securityGroup;
}

function isDone(operation: string, change: Change | undefined, progress: Progress): boolean {
  return change?.operation === operation && !change.fails && progress(change) >= 1;
}
