import type { Seen } from "../job/job.ts";

/** One complete list of a project's resources, read from all pages. */
export interface Listing {
  kind: "listed";
  resources: ListedResource[];
  /** The X-request-id of the last page. */
  requestId?: string;
}

/** One row of a list, reduced to what discovery compares: a share, or an entry of an operation log. */
export interface ListedResource {
  /** The id of the share, or of the log entry. */
  id: string;
  name?: string;
  tags?: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  createdAt?: number;
  /** The operation that created the resource. For a log entry, the operation itself. */
  creation?: ListedOperation;
  /** The last operation that changed the resource. The cloud keeps showing it after its end. */
  change?: ListedOperation;
  /** What one kind of operation changes, by the name of the operation. A new value proves that such an operation has ended. */
  values?: Readonly<Record<string, string>>;
  /** The id of another resource that the operation acts on: the backed-up share of a log entry. */
  target?: string;
}

/** What a list shows about one operation. `seen.state` is in motion (waiting, running), ended (success, failed) or absent (unknown). */
export interface ListedOperation {
  operation: string;
  seen: Seen;
}
