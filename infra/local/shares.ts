import { randomUUID } from "node:crypto";
import { type Answer, json } from "./answer.ts";

/** The part of the share API that sfs-jobwatch polls, and the operations on shares. */
export interface Shares {
  /** Starts the creation of a share and returns its id. */
  create(options?: { fails?: boolean }): string;
  /** Throws if there is no such share or operation. */
  operate(shareId: string, operation: string, options?: { fails?: boolean }): void;
  poll(shareId: string): Answer;
}

interface Share {
  createdAt: number;
  creationFails: boolean;
  size: number;
  securityGroup: string;
  operation?: Operation;
  /** The previous operation. A share keeps reporting its sub status. */
  done?: Operation;
}

interface Operation {
  name: string;
  at: number;
  fails: boolean;
}

const UNKNOWN = json(404, { errCode: "SFS.TURBO.0002", errMsg: "Cluster not found" });
const SUB_STATUS: Record<string, number> = { extend: 21, "change-security-group": 32, "add-backend": 50, "remove-backend": 51 };
const SECONDS = { create: 20, operation: 15, delete: 10 };

export function createShares(now: () => number, speed: number): Shares {
  const shares = new Map<string, Share>();
  const age = (at: number) => ((now() - at) / 1_000) * speed;

  return {
    create({ fails = false } = {}) {
      const shareId = randomUUID();
      shares.set(shareId, { createdAt: now(), creationFails: fails, size: 500, securityGroup: randomUUID() });
      return shareId;
    },
    operate(shareId, operation, { fails = false } = {}) {
      const share = shares.get(shareId);
      if (!share) throw new Error(`no share ${shareId}`);
      if (operation !== "delete" && SUB_STATUS[operation] === undefined) throw new Error(`no operation ${operation}`);
      finish(share, age);
      share.operation = { name: operation, at: now(), fails };
    },
    poll(shareId) {
      const share = shares.get(shareId);
      if (!share) return UNKNOWN;
      const { operation } = share;
      if (operation?.name === "delete" && age(operation.at) >= SECONDS.delete) return UNKNOWN;
      return json(200, bodyOf(shareId, share, age));
    },
  };
}

/** Returns the seconds that have passed in the simulated cloud. */
type Age = (at: number) => number;

/** Applies the changes of the last operation before the next one starts. */
function finish(share: Share, age: Age): void {
  const { operation } = share;
  if (!operation) return;
  share.size += grownBy(operation, age);
  if (operation.name === "change-security-group" && !operation.fails) share.securityGroup = randomUUID();
  share.done = operation;
}

function grownBy({ name, fails, at }: Operation, age: Age): number {
  return name === "extend" && !fails && age(at) >= SECONDS.operation ? 100 : 0;
}

function bodyOf(shareId: string, share: Share, age: Age): object {
  const created = age(share.createdAt) >= SECONDS.create;
  const percent = Math.floor((age(share.createdAt) / SECONDS.create) * 100);
  const status = created ? (share.creationFails ? "303" : "200") : "100";
  const subStatus = subStatusOf(share.operation?.name === "delete" ? share.done : share.operation, age);
  const size = share.size + (share.operation ? grownBy(share.operation, age) : 0);
  return {
    id: shareId,
    name: `share-${shareId.slice(0, 4)}`,
    status,
    size: size.toFixed(2),
    security_group_id: share.securityGroup,
    created_at: new Date(share.createdAt).toISOString().slice(0, 19),
    ...(subStatus !== undefined && { sub_status: subStatus }),
    ...(!created && { action_progress: { CREATING: `${percent}%` } }),
  };
}

/** A share keeps the sub status of its last operation. */
function subStatusOf(operation: Operation | undefined, age: Age): string | undefined {
  if (!operation) return undefined;
  const hundred = age(operation.at) < SECONDS.operation ? 1 : operation.fails ? 3 : 2;
  return `${hundred}${SUB_STATUS[operation.name]}`;
}
