import { randomUUID } from "node:crypto";
import { type Answer, json } from "./answer.ts";
import { bodyOf, CHANGES, isBusy, isGone, isIdle, type Progress, type Share, withChangeApplied } from "./share.ts";
import type { Store } from "./store.ts";

export interface NewShare extends Partial<Pick<Share, "projectId" | "name" | "size" | "securityGroup" | "tags">> {
  fails?: boolean;
  seconds?: number;
  /** Milliseconds since the epoch; now by default. */
  at?: number;
}

export interface OperationOptions {
  fails?: boolean;
  seconds?: number;
  /** The new size or security group. */
  value?: number | string;
}

/** The shares of all projects, and the operations on them. */
export interface Shares {
  /** Starts the creation of a share and returns its id. */
  create(options?: NewShare): string;
  /** Throws if there is no such share or operation. */
  operate(shareId: string, operation: string, options?: OperationOptions): void;
  poll(shareId: string, projectId: string): Answer;
  /** The rows of the list, oldest first. */
  rows(projectId: string): object[];
  /** Shares that are not deleted, with their current values, oldest first. */
  existing(projectId: string): Share[];
  isBusy(share: Share): boolean;
  /** Whether an operation can start on a share. */
  isIdle(share: Share): boolean;
}

const UNKNOWN = json(404, { errCode: "SFS.TURBO.0002", errMsg: "Cluster not found" });
const GONE = json(404, { errCode: "SFS.TURBO.0001", errMsg: "parameter error" });
const SECONDS = { create: 20, change: 15, delete: 10 };
const GROWTH = 100;

export function createShares(store: Store<Share>, progress: Progress, now: () => number): Shares {
  const isOf = (projectId: string) => (share: Share) => (share.projectId ?? projectId) === projectId;
  const existing = (projectId: string) => store.all().filter((share) => isOf(projectId)(share) && !isGone(share, progress));

  return {
    create({ fails = false, seconds = SECONDS.create, at = now(), ...chosen } = {}) {
      const id = randomUUID();
      const byDefault = { name: `share-${id.slice(0, 4)}`, size: 500, securityGroup: randomUUID(), tags: [] };
      store.put({ id, ...byDefault, ...chosen, creation: { at, seconds, fails } });
      return id;
    },
    operate(shareId, operation, options = {}) {
      const share = store.get(shareId);
      if (!share) throw new Error(`no share ${shareId}`);
      store.put(withOperation(share, operation, options));
    },
    poll(shareId, projectId) {
      const share = store.get(shareId);
      if (share === undefined || !isOf(projectId)(share)) return UNKNOWN;
      return isGone(share, progress) ? GONE : json(200, bodyOf(share, progress));
    },
    rows: (projectId) => existing(projectId).map((share) => bodyOf(share, progress)),
    existing: (projectId) => existing(projectId).map((share) => withChangeApplied(share, progress)),
    isBusy: (share) => isBusy(share, progress),
    isIdle: (share) => isIdle(share, progress),
  };

  function withOperation(share: Share, operation: string, { fails = false, seconds, value }: OperationOptions): Share {
    if (operation === "delete") return { ...share, deletion: { at: now(), seconds: seconds ?? SECONDS.delete, fails } };
    if (!Object.hasOwn(CHANGES, operation)) throw new Error(`no operation ${operation}`);
    const before = withChangeApplied(share, progress);
    const change = { operation, at: now(), seconds: seconds ?? SECONDS.change, fails };
    if (operation === "extend") return { ...before, change: { ...change, value: value ?? before.size + GROWTH } };
    if (operation !== "change-security-group") return { ...before, change };
    return { ...before, change: { ...change, value: value ?? randomUUID() } };
  }
}
