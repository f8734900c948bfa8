import {
  afterSend,
  type Channel,
  claim,
  type Member,
  type MessageRecord,
  type NextStep,
  newChannel,
  nextStep,
  type SendOutcome,
  settled,
} from "../job/channel.ts";
import { pendingAlerts } from "../job/job.ts";
import { channelPk } from "../job/names.ts";
import { markDelivered, type Subject } from "../job/subject.ts";
import type { Ports, Telling } from "../ports.ts";
import { saveChange } from "../save-change.ts";
import { pendingTellings, tellingsOf } from "./tellings.ts";

export interface DeliverySettings {
  opsChannel: string;
  /** No send is begun later: 5 s for Slack and 4 s for the mark must be left. */
  lastSendAt: number;
  /** No other poller touches a message before: longer than this invocation can live. */
  leaseUntil: number;
}

/** Items that have something to tell on a channel, and since when. */
export type Pending = Map<string, number>;
export type Needs = Pick<Ports, "table" | "slack" | "clock" | "log" | "metrics">;
type Pause = Extract<NextStep, { do: "wait" | "leave" }>;
type ChannelSubject = Extract<Subject, { kind: "channel" }>;

/** A sender waits this long for its slot; whatever takes longer is left to a later pass. */
const PATIENCE_MS = 1_500;

/**
 * Tells one channel all it can, message by message:
 * 1. claim the channel's slot and write down the message, 2. send it, 3. mark there that it was told, 4. mark the jobs.
 * Gives back when to try again, undefined where nothing is left.
 */
export async function sendAll(
  ports: Needs,
  settings: DeliverySettings,
  name: string,
  pks: Pending,
): Promise<number | undefined> {
  const marked = new Set<string>();
  while (pks.size > 0) {
    const until = await advance(ports, settings, name, pks, marked);
    if (until !== undefined) return until;
  }
  return undefined;
}

/** One step of a channel; gives back a time where it has to wait longer than a sender's patience. */
async function advance(
  ports: Needs,
  settings: DeliverySettings,
  name: string,
  pks: Pending,
  marked: Set<string>,
): Promise<number | undefined> {
  const { record: channel } = await readChannel(ports.table, name);
  const now = ports.clock.now();
  const step = nextStep(channel, now);
  if (step.do === "leave" || step.do === "wait") return await pause(ports, channel, step);
  if (now > settings.lastSendAt) return settings.leaseUntil;
  if (step.do === "mark" && !marked.has(step.message.id)) {
    await markMembers(ports, name, step.message, pks);
    marked.add(step.message.id);
    return undefined;
  }
  const told = await sendNext(ports, settings, step.do === "mark" ? settled(channel) : channel, pks);
  if (told !== undefined) marked.add(told);
  return undefined;
}

/** Waits for the channel's slot where it is near; else gives back when to come again. */
async function pause({ clock, log }: Needs, channel: Channel, step: Pause): Promise<number | undefined> {
  if (step.do === "leave") {
    log.warn("channel is parked", { channel: channel.name, reason: channel.parked?.reason });
    return Number.POSITIVE_INFINITY;
  }
  const waitMs = step.until - clock.now();
  if (waitMs > PATIENCE_MS) return step.until;
  await clock.sleep(waitMs);
  return undefined;
}

/**
 * Sends one message: what a dead sender left behind first, else what is pending. Gives back the message's id where it was
 * told and all its members are marked.
 */
async function sendNext(ports: Needs, settings: DeliverySettings, channel: Channel, pks: Pending): Promise<string | undefined> {
  const { table, slack, clock, log, metrics } = ports;
  const left = channel.message ? (await tellingsOf(table, channel.message.members)).tellings : [];
  const found = left.length > 0 ? left : await pending(table, channel.name, pks);
  const told = found.slice(0, slack.fit(found.map(({ telling }) => telling)));
  if (told.length === 0) return undefined;
  const base = left.length > 0 ? channel : settled(channel);
  const claimed = await table.save({
    kind: "channel" as const,
    record: claim(base, told.map(memberOf), clock.now(), settings.leaseUntil),
  });
  if (!claimed) return undefined;
  const { message } = claimed.record;
  const outcome = await slack.send(
    channel.name,
    told.map(({ telling }) => telling),
    message,
  );
  const reason = "reason" in outcome ? { reason: outcome.reason } : {};
  log.info("message sent", {
    channel: channel.name,
    messageId: message.id,
    alerts: told.length,
    outcome: outcome.kind,
    ...reason,
  });
  metrics.count(
    outcome.kind === "delivered" ? "AlertsDelivered" : "SendsNotDelivered",
    outcome.kind === "delivered" ? told.length : 1,
  );
  await saveOutcome(ports, settings, channel.name, message, outcome);
  if (outcome.kind !== "delivered") return undefined;
  await markMembers(ports, channel.name, message, pks);
  return message.id;
}

async function pending(table: Ports["table"], channel: string, pks: Pending) {
  const { tellings, done } = await pendingTellings(table, channel, [...pks.keys()]);
  for (const pk of done) pks.delete(pk);
  return tellings;
}

/** Only the sender's own try is folded in: a message that was taken over meanwhile is another's. */
async function saveOutcome(
  { table, clock }: Needs,
  { opsChannel }: DeliverySettings,
  name: string,
  sent: MessageRecord,
  outcome: SendOutcome,
): Promise<void> {
  await saveChange<ChannelSubject>(table, channelPk(name), (subject) => {
    const { message } = subject.record;
    if (message?.id !== sent.id || message.attempt !== sent.attempt) return subject;
    return { ...subject, record: afterSend({ ...subject.record, message }, outcome, clock.now(), opsChannel) };
  });
}

async function readChannel(table: Ports["table"], name: string): Promise<ChannelSubject> {
  const found = await table.read(channelPk(name));
  return found?.kind === "channel" ? found : { kind: "channel", record: newChannel(name) };
}

/** The message's record says that it was told: marking is repeated by whoever finds it until every member is marked. */
async function markMembers({ table, clock }: Needs, channel: string, message: MessageRecord, pks: Pending): Promise<void> {
  for (const [pk, ids] of membersByItem(message.members)) {
    const saved = await saveChange<Subject>(table, pk, (subject) => markDelivered(subject, ids, message.toldAt ?? clock.now()));
    if (!saved || !hasPending(saved, channel)) pks.delete(pk);
  }
}

function membersByItem(members: Member[]): Map<string, Set<string>> {
  const items = new Map<string, Set<string>>();
  for (const { pk, alertId } of members) items.set(pk, (items.get(pk) ?? new Set()).add(alertId));
  return items;
}

function hasPending(subject: Subject, channel: string): boolean {
  return pendingAlerts(subject.record).some((alert) => alert.channel === channel);
}

function memberOf({ pk, telling }: { pk: string; telling: Telling }): Member {
  return { pk, alertId: telling.alertId };
}
