import { randomBytes, randomInt } from "node:crypto";
import { type Answer, json } from "./answer.ts";
import type { Backups } from "./backups.ts";
import { dig } from "./listen.ts";
import type { Share } from "./share.ts";
import type { Shares } from "./shares.ts";

// "The console": somebody who starts operations in the project and registers none of them.

export const OPERATIONS = ["extend", "create", "change-security-group", "delete", "backup"] as const;
type Operation = (typeof OPERATIONS)[number];

export interface ConsoleParts {
  shares: Shares;
  backups: Backups;
  /** The project in which it works. Absent: shares of every project. */
  projectId?: string;
}

interface Wanted {
  operation: Operation;
  fails: boolean;
  seconds: number;
  /** Name or id of the share. */
  share?: string;
}

/** `POST /simulate/console`: starts the operation of the body, or a random one. It takes 10 to 40 s unless `seconds` says otherwise. */
export function startAtConsole(body: unknown, parts: ConsoleParts): Answer {
  const wanted = wantedOf(body, parts);
  return "problem" in wanted ? json(400, { error: wanted.problem }) : start(wanted, parts);
}

function wantedOf(body: unknown, parts: ConsoleParts): Wanted | { problem: string } {
  const [operation, fails, share] = [dig(body, "operation"), dig(body, "fails"), dig(body, "share")];
  const seconds = dig(body, "seconds") ?? randomInt(10, 41);
  if (typeof seconds !== "number" || !(seconds >= 1 && seconds <= 3_600))
    return { problem: '"seconds" must be a number from 1 to 3600' };
  const more = { seconds, ...(typeof share === "string" && { share }) };
  if (operation === undefined) return { ...more, operation: randomOperation(parts), fails: randomInt(3) === 0 };
  if (!isOperation(operation)) return { problem: `"operation" must be one of ${OPERATIONS.join(", ")}` };
  return { ...more, operation, fails: fails === true };
}

function isOperation(operation: unknown): operation is Operation {
  return OPERATIONS.some((known) => known === operation);
}

/** Creates a share if no other operation can start. */
function randomOperation(parts: ConsoleParts): Operation {
  return idleShares(parts).length < 2 ? "create" : (OPERATIONS[randomInt(OPERATIONS.length)] ?? "create");
}

function start(wanted: Wanted, parts: ConsoleParts): Answer {
  const { operation, fails, seconds } = wanted;
  const { shares, backups, projectId } = parts;
  const project = projectId !== undefined && { projectId };
  if (operation === "create") {
    const name = wanted.share ?? `share-${randomBytes(2).toString("hex")}`;
    return json(201, { operation, shareId: shares.create({ name, fails, seconds, ...project }), name, fails, seconds });
  }
  const share = chosenShare(wanted, parts);
  if (share === undefined)
    return json(404, { error: wanted.share === undefined ? "no share is idle" : `there is no share "${wanted.share}"` });
  if (!mayStart(operation, share, shares))
    return json(409, { error: `another operation is running on the share "${share.name}", or its creation failed` });
  const started = { operation, shareId: share.id, name: share.name, fails, seconds };
  if (operation === "backup") return json(201, { ...started, logId: backups.start(share, { fails, seconds, ...project }) });
  shares.operate(share.id, operation, { fails, seconds });
  return json(201, started);
}

function mayStart(operation: Operation, share: Share, shares: Shares): boolean {
  return operation === "delete" ? !shares.isBusy(share) : shares.isIdle(share);
}

/** Without a name: a random idle share, or the newest one for a deletion. */
function chosenShare({ operation, fails, share: name }: Wanted, parts: ConsoleParts): Share | undefined {
  const { shares, projectId = "" } = parts;
  if (name !== undefined) return shares.existing(projectId).findLast((share) => share.id === name || share.name === name);
  const idle = idleShares(parts);
  if (operation === "delete") return idle.at(-1);
  // A change that fails like the last one may leave no trace in the list.
  const isVisible = ({ change }: Share) => !(fails && change?.fails && change.operation === operation);
  const visible = idle.filter(isVisible);
  const chosen = visible.length > 0 ? visible : idle;
  return chosen[Math.floor(Math.random() * chosen.length)];
}

function idleShares({ shares, projectId = "" }: ConsoleParts): Share[] {
  return shares.existing(projectId).filter(shares.isIdle);
}
