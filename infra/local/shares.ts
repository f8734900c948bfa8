import { randomUUID } from "node:crypto";
import { type Answer, json } from "./answer.ts";

/** The share API, as far as a watch sees it, and what is done to the shares. */
export interface Shares {
  /** Gives back the id of a new share, which is being created. */
  create(options?: { fails?: boolean }): string;
  /** Throws where there is no such share or operation. */
  operate(shareId: string, operation: string, options?: { fails?: boolean }): void;
  poll(shareId: string): Answer;
}

interface Share {
  createdAt: number;
  creationFails: boolean;
  size: number;
  securityGroup: string;
  operation?: Operation;
  /** The one before, done: its sub status goes on to be said. */
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
      finish(share);
      share.operation = { name: operation, at: now(), fails };
    },
    poll(shareId) {
      const share = shares.get(shareId);
      if (!share) return UNKNOWN;
      const { operation } = share;
      if (operation?.name === "delete" && age(operation.at) >= SECONDS.delete) return UNKNOWN;
      return json(200, body(shareId, share));
    },
  };

  /** Before the next operation: what the last one has changed. */
  function finish(share: Share): void {
    const { operation } = share;
    if (!operation) return;
    share.size += grownBy(operation);
    if (operation.name === "change-security-group" && !operation.fails) share.securityGroup = randomUUID();
    share.done = operation;
  }

  function grownBy({ name, fails, at }: Operation): number {
    return name === "extend" && !fails && age(at) >= SECONDS.operation ? 100 : 0;
  }

  function body(shareId: string, share: Share): object {
    const created = age(share.createdAt) >= SECONDS.create;
    const percent = Math.floor((age(share.createdAt) / SECONDS.create) * 100);
    const status = created ? (share.creationFails ? "303" : "200") : "100";
    const subStatus = subStatusOf(share.operation?.name === "delete" ? share.done : share.operation);
    const size = share.size + (share.operation ? grownBy(share.operation) : 0);
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

  /** The last operation's goes on to be said. */
  function subStatusOf(operation: Operation | undefined): string | undefined {
    if (!operation) return undefined;
    const hundred = age(operation.at) < SECONDS.operation ? 1 : operation.fails ? 3 : 2;
    return `${hundred}${SUB_STATUS[operation.name]}`;
  }
}
