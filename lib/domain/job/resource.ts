import { partsOfShareJob, type ShareOperation } from "./sources.ts";

/** What an operation acts on. Stored with other changes of a job: a new name or size alone causes no write. */
export interface Resource {
  name?: string;
  /** GB. */
  size?: number;
  /** The first size that was seen, if it differs. GB. */
  sizeBefore?: number;
}

/** What is needed to name a job. */
interface Named {
  source: string;
  jobId: string;
  title?: string | undefined;
  resource?: Resource | undefined;
}

/** Returns the share and the operation of a job, undefined for a job of another source. */
export function shareOperationOf({ source, jobId }: Named): ReturnType<typeof partsOfShareJob> | undefined {
  return source === "sfs-turbo-share" ? partsOfShareJob(jobId) : undefined;
}

/** Keeps the first size that was seen, so that messages can say what an extension changed. */
export function updatedResource(before: Resource = {}, seen: Resource = {}): Resource | undefined {
  const name = seen.name ?? before.name;
  const size = seen.size ?? before.size;
  const first = before.sizeBefore ?? before.size ?? seen.sizeBefore;
  if (name === undefined && size === undefined) return undefined;
  return {
    ...(name !== undefined && { name }),
    ...(size !== undefined && { size }),
    ...(first !== undefined && first !== size && { sizeBefore: first }),
  };
}

/** The names of a job, the best one first: the team's title, the name of the resource, its id. One of them may be invisible. */
export function namesOf({ source, jobId, title, resource }: Named): string[] {
  return [title, resource?.name, shareOperationOf({ source, jobId })?.shareId, jobId].filter((name) => name !== undefined);
}

const DOING: Record<ShareOperation, string> = {
  create: "Creating share",
  extend: "Extending share",
  "change-security-group": "Changing the security group of share",
  "add-backend": "Adding a storage backend to share",
  "remove-backend": "Removing a storage backend from share",
  delete: "Deleting share",
};

/** "Extending share", to be followed by its name. Undefined for jobs of other sources. */
export function shareActivity(job: Named): string | undefined {
  const share = shareOperationOf(job);
  return share && DOING[share.operation];
}

/** "500 GB", or "500 GB to 600 GB" if it has changed. */
export function sizeWords({ size, sizeBefore }: { [Key in "size" | "sizeBefore"]?: number | undefined }): string | undefined {
  if (size === undefined) return undefined;
  return sizeBefore === undefined ? gigabytes(size) : `${gigabytes(sizeBefore)} to ${gigabytes(size)}`;
}

/** " from 500 GB to 600 GB" after an extension; else "". */
export function growthWords({ source, jobId, resource }: Named): string {
  const isExtension = shareOperationOf({ source, jobId })?.operation === "extend";
  return isExtension && resource?.sizeBefore !== undefined ? ` from ${sizeWords(resource)}` : "";
}

function gigabytes(size: number): string {
  return `${size.toLocaleString("en-US", { maximumFractionDigits: 2 })} GB`;
}
