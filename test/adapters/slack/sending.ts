import { expect } from "vitest";
import { createSlack } from "../../../lib/adapters/slack/client.ts";
import type { SendOutcome } from "../../../lib/domain/channel/send-outcome.ts";
import type { OutgoingNotification } from "../../../lib/domain/notification.ts";
import { type Handler, serverForTest } from "../../http-server.ts";
import { jobNotification } from "./sample-notifications.ts";

export const SECRET = "cAnArY4711";
export const PATH = `/services/T0/B0/${SECRET}`;
export const META = { id: "0a1b2c3d4e5", mayRepeat: false, plain: false };

/** Sends one message to a URL. Neither the outcome nor the log may contain the secret in it. */
export async function sendTo(
  url: string,
  notifications: OutgoingNotification[] = [jobNotification()],
  timeoutMs = 10_000,
): Promise<SendOutcome> {
  const logged: unknown[] = [];
  const record = (...output: unknown[]) => void logged.push(output);
  const slack = createSlack({ ops: url }, { log: { info: record, warn: record, error: record }, timeoutMs });
  const outcome = await slack.send("ops", notifications, META);
  expect(JSON.stringify([outcome, logged])).not.toContain(SECRET);
  expect(logged.length).toBe(outcome.kind === "delivered" ? 0 : 1);
  return outcome;
}

export async function sendToAnswering(handler: Handler, timeoutMs?: number): Promise<SendOutcome> {
  const { url } = await serverForTest(handler);
  return sendTo(url + PATH, undefined, timeoutMs);
}

export function answering(status: number, body: string, headers: Record<string, string> = {}): Handler {
  return (_, response) => void response.writeHead(status, headers).end(body);
}
