import { type Answer, json } from "./answer.ts";
import { dig, parseJson } from "./listen.ts";
import type { Share } from "./share.ts";
import type { Shares } from "./shares.ts";

// The requests that start an operation on a share, as people and Terraform send them to the real cloud.

const WRONG = json(400, { errCode: "SFS.TURBO.0001", errMsg: "parameter error" });
const BUSY = json(400, { errCode: "SFS.TURBO.0011", errMsg: "Another operation is running on the share." });
const NAME = /^[A-Za-z][A-Za-z0-9_-]{3,63}$/;
const SIZES = { least: 500, most: 32_768, step: 100 };

/** `POST /v1/{project}/sfs-turbo/shares` */
export function createShare(projectId: string, text: string, shares: Shares): Answer {
  const wanted = dig(parseJson(text), "share");
  const [name, size] = [dig(wanted, "name"), dig(wanted, "size")];
  if (typeof name !== "string" || !NAME.test(name) || !isSize(size, SIZES.least)) return WRONG;
  const [group, tags] = [dig(wanted, "security_group_id"), dig(wanted, "tags")];
  const id = shares.create({
    projectId,
    name,
    size,
    ...(typeof group === "string" && { securityGroup: group }),
    ...(isTags(tags) && { tags }),
  });
  return json(202, { id, name, status: "100" });
}

/** `POST /v1/{project}/sfs-turbo/shares/{share}/action` */
export function changeShare(projectId: string, shareId: string, text: string, shares: Shares): Answer {
  const body = parseJson(text);
  const [size, group] = [dig(body, "extend", "new_size"), dig(body, "change_security_group", "security_group_id")];
  return startOn(projectId, shareId, shares, (share) => {
    if (!shares.isIdle(share)) return BUSY;
    if (isSize(size, share.size + SIZES.step)) {
      shares.operate(shareId, "extend", { value: size });
      return json(202, { id: shareId, name: share.name });
    }
    if (typeof group !== "string") return WRONG;
    shares.operate(shareId, "change-security-group", { value: group });
    return json(202, { id: shareId });
  });
}

/** `DELETE /v1/{project}/sfs-turbo/shares/{share}` */
export function deleteShare(projectId: string, shareId: string, shares: Shares): Answer {
  return startOn(projectId, shareId, shares, (share) => {
    if (shares.isBusy(share)) return BUSY;
    shares.operate(shareId, "delete");
    return { status: 202, body: "" };
  });
}

function startOn(projectId: string, shareId: string, shares: Shares, start: (share: Share) => Answer): Answer {
  const share = shares.existing(projectId).find(({ id }) => id === shareId);
  return share === undefined ? shares.poll(shareId, projectId) : start(share);
}

function isSize(value: unknown, least: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= SIZES.most;
}

function isTags(value: unknown): value is Share["tags"] {
  const isText = (tag: unknown, key: string) => typeof dig(tag, key) === "string";
  return Array.isArray(value) && value.every((tag) => isText(tag, "key") && isText(tag, "value"));
}
