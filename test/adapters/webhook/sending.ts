import { expect } from "vitest";
import type { Resolve } from "../../../lib/adapters/webhook/checked-lookup.ts";
import { createWebhooks } from "../../../lib/adapters/webhook/client.ts";
import type { SendOutcome } from "../../../lib/domain/channel/send-outcome.ts";
import type { OutgoingNotification } from "../../../lib/domain/notification.ts";
import { type Handler, serverForTest } from "../../http-server.ts";
import { jobNotification } from "../slack/sample-notifications.ts";

export const SECRET = `whsec_${Buffer.alloc(32, "c4n4ry").toString("base64")}`;
export const OTHER_SECRET = `whsec_${Buffer.alloc(24, "older").toString("base64")}`;
export const PATH = "/hook/c4n4ry";
export const META = { id: "0a1b2c3d4e5", mayRepeat: false, plain: false };

interface Options {
  notifications?: OutgoingNotification[];
  secrets?: string[];
  timeoutMs?: number;
  resolve?: Resolve;
  isAllowed?: (address: string) => boolean;
}

/** Sends one message to a URL. Neither the outcome nor the log may contain a secret. */
export async function sendTo(url: string, options: Options = {}): Promise<SendOutcome> {
  const { notifications = [jobNotification()], secrets = [SECRET], timeoutMs = 10_000, ...others } = options;
  const logged: unknown[] = [];
  const note = (...output: unknown[]) => void logged.push(output);
  const log = { info: note, warn: note, error: note };
  const webhooks = createWebhooks({ ops: { url, secrets } }, { log, now: Date.now, timeoutMs, ...others });
  const outcome = await webhooks.send("ops", notifications, META);
  expect(JSON.stringify([outcome, logged])).not.toMatch(/c4n4ry|whsec_/i);
  expect(logged).toHaveLength(outcome.kind === "delivered" ? 0 : 1);
  return outcome;
}

export async function sendToAnswering(handler: Handler, options?: Options): Promise<SendOutcome> {
  const { url } = await serverForTest(handler);
  return sendTo(url + PATH, options);
}

export function answering(status: number, headers: Record<string, string> = {}, body = ""): Handler {
  return (_, response) => void response.writeHead(status, headers).end(body);
}
