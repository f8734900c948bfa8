import { concurrently } from "../concurrently.ts";
import { faultOf } from "../fault.ts";
import {
  afterSend,
  type Channel,
  claim,
  type Destinations,
  gaveUp,
  giveUp,
  handBack,
  KEEP_PARKED_MS,
  type Member,
  type MessageRecord,
  newChannel,
  nextStep,
  release,
  type SendOutcome,
  settled,
} from "../job/channel.ts";
import { type AlertState, pendingAlerts } from "../job/job.ts";
import { channelPk } from "../job/names.ts";
import { markAlerts, type Subject } from "../job/subject.ts";
import type { Ports, Telling } from "../ports.ts";
import { saveChange } from "../save-change.ts";
import { AT_ONCE, type Found, MOST, pendingTellings, tellingsOf } from "./tellings.ts";

export interface DeliverySettings {
  opsChannel: string;
  /** No send is begun later: 5 s for Slack and 4 s for the mark must be left. */
  lastSendAt: number;
  /** When the platform ends the invocation. */
  endsAt: number;
  /** No other poller touches a message before: longer than this invocation can live. */
  leaseUntil: number;
}

/** Items that have something to tell on a channel, and since when. */
export type Pending = Map<string, number>;
export type Needs = Pick<Ports, "table" | "slack" | "clock" | "log" | "metrics">;
type ChannelSubject = Extract<Subject, { kind: "channel" }>;
type Claimed = Channel & { message: MessageRecord };

/** A sender waits this long for its slot; whatever takes longer is left to a later pass. */
const PATIENCE_MS = 1_500;
const SAVE_AGAIN_MS = 1_000;
/** So many claims lost in a row: others are at work. */
const MOST_CLAIMS_LOST = 5;
const LATER_MS = 5_000;
/** Where more items than this refuse their mark, it is the table that fails. */
const MOST_ASIDE = 10;

const NOT_DELIVERED = {
  throttled: "SendsThrottled",
  failed: "SendsFailed",
  unknown: "SendsUnclear",
  refused: "LayoutsRefused",
  dead: "SendsFailed",
} as const;

/** A channel that is parked: nothing is to be done there before somebody acts. */
export const PARKED = Number.POSITIVE_INFINITY;

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
  const sender = createSender(ports, settings, name, pks);
  while (pks.size > 0) {
    const until = await sender.advance();
    if (until !== undefined) return until;
  }
  return undefined;
}

function createSender({ table, slack, clock, log, metrics }: Needs, settings: DeliverySettings, name: string, pks: Pending) {
  /** The message whose members are all known to be marked. */
  let marked: string | undefined;
  /** How many alerts are worth reading for one message. */
  let worthReading = MOST;
  let claimsLost = 0;
  /** Told, but their items refuse the mark: they stop no other one. Undefined until those that an earlier sender left are tried. */
  let aside: Member[] | undefined;

  return { advance };

  /** One step of the channel; gives back a time where it has to wait longer than a sender's patience. */
  async function advance(): Promise<number | undefined> {
    const found = await readChannel();
    // A message that is told and marked has had its day, but for the slot that it took.
    const channel = found.message?.toldAt !== undefined && found.message.id === marked ? settled(found) : found;
    const now = clock.now();
    aside ??= await markMembers(channel.unmarked ?? [], "delivered", now);
    const step = nextStep(channel, now, slack.destination(name));
    switch (step.do) {
      case "leave":
        return await leave(channel, now);
      case "wait":
        return await wait(step.until);
      case "release":
        log.info("a parked channel has a new webhook", { channel: name });
        return await saveChannel(release);
      case "give up":
        await markMembers(step.members, "given-up", now);
        return await saveChannel(gaveUp);
      case "mark":
        return await markTold(step.message, step.message.toldAt ?? now);
      case "send":
        return await sendNext(channel);
      default:
        return step satisfies never;
    }
  }

  async function wait(until: number): Promise<number | undefined> {
    const waitMs = until - clock.now();
    if (waitMs > PATIENCE_MS) return until;
    await clock.sleep(waitMs);
    return undefined;
  }

  /** A parked channel keeps its alerts, but not for ever. */
  async function leave(channel: Channel, now: number): Promise<number | undefined> {
    const reason = channel.parked?.reason;
    const tooOld = now - KEEP_PARKED_MS;
    const old = [...pks].flatMap(([pk, since]) => (since <= tooOld ? [pk] : []));
    const members = (channel.parked?.since ?? now) <= tooOld ? await oldMembers(old, tooOld) : [];
    if (members.length === 0) {
      log.warn("channel is parked", { channel: name, reason });
      return PARKED;
    }
    log.error("alerts are given up", { channel: name, reason, alerts: members.length });
    metrics.count("AlertsGivenUp", members.length);
    const saved = await table.save({ kind: "channel", record: giveUp(channel, members, now, settings.opsChannel) });
    if (saved) await markMembers(members, "given-up", now);
    return saved ? await saveChannel(gaveUp) : undefined;
  }

  async function oldMembers(old: string[], tooOld: number): Promise<Member[]> {
    const { tellings } = await pendingTellings(table, name, old, MOST);
    return tellings.flatMap(({ pk, telling, since }) => (since <= tooOld ? [memberOf({ pk, telling })] : []));
  }

  /** Sends one message: what was left behind first, else what is pending. */
  async function sendNext(channel: Channel): Promise<number | undefined> {
    if (clock.now() > settings.lastSendAt) return settings.leaseUntil;
    const { message } = channel;
    const left = message ? (await tellingsOf(table, message.members)).tellings : [];
    return left.length > 0 ? await sendLeft(channel, left) : await sendPending({ ...settled(channel), unmarked: aside ?? [] });
  }

  /** What was one message stays one: where it has grown too long for its layout it goes out plain. */
  async function sendLeft(channel: Channel, left: Found["tellings"]): Promise<number | undefined> {
    return await claimAndSend(channel, left, fitting(left) < left.length);
  }

  async function sendPending(channel: Channel): Promise<number | undefined> {
    const found = await pending();
    const fits = fitting(found);
    worthReading = Math.min(2 * fits, MOST);
    return found.length > 0 ? await claimAndSend(channel, found.slice(0, fits), false) : undefined;
  }

  function fitting(found: Found["tellings"]): number {
    return slack.fit(found.map(({ telling }) => telling));
  }

  async function claimAndSend(channel: Channel, told: Found["tellings"], plain: boolean): Promise<number | undefined> {
    const record = claim(channel, told.map(memberOf), clock.now(), settings.leaseUntil, plain);
    const claimed = await table.save({ kind: "channel", record });
    claimsLost = claimed ? 0 : claimsLost + 1;
    if (claimed) await sendClaimed(record.message, told);
    return claimsLost < MOST_CLAIMS_LOST ? undefined : clock.now() + LATER_MS;
  }

  async function pending(): Promise<Found["tellings"]> {
    const { tellings, done } = await pendingTellings(table, name, [...pks.keys()], worthReading);
    const told = new Set(aside?.map(({ alertId }) => alertId));
    const untold = tellings.filter(({ telling }) => !told.has(telling.alertId));
    const left = new Set(untold.map(({ pk }) => pk));
    for (const pk of [...done, ...tellings.map((telling) => telling.pk)]) if (!left.has(pk)) pks.delete(pk);
    return untold;
  }

  async function sendClaimed(message: MessageRecord, told: Found["tellings"]): Promise<void> {
    // Between the claim and here the process may have been stopped, or the table slow.
    if (clock.now() > settings.lastSendAt) return await saveMessage(message, handBack);
    const outcome = await slack.send(
      name,
      told.map(({ telling }) => telling),
      message,
    );
    note(message, told.length, outcome);
    const to: Destinations = { destination: slack.destination(name), opsChannel: settings.opsChannel };
    await saveMessage(message, (channel) => afterSend(channel, outcome, clock.now(), to));
    if (outcome.kind === "delivered") await markTold(message, clock.now());
  }

  async function markTold({ id, members }: MessageRecord, at: number): Promise<undefined> {
    aside = [...(aside ?? []), ...(await markMembers(members, "delivered", at))];
    marked = id;
  }

  function note({ id }: MessageRecord, alerts: number, outcome: SendOutcome): void {
    const reason = "reason" in outcome ? { reason: outcome.reason } : {};
    log.info("message sent", { channel: name, messageId: id, alerts, outcome: outcome.kind, ...reason });
    if (outcome.kind === "delivered") metrics.count("AlertsDelivered", alerts);
    else metrics.count(NOT_DELIVERED[outcome.kind], 1);
  }

  /**
   * Only the sender's own try is folded in: a message that was taken over meanwhile is another's. Tried as long as the
   * invocation lives, since what was told and is not marked would be told again.
   */
  async function saveMessage(sent: MessageRecord, change: (channel: Claimed) => Channel): Promise<void> {
    const folded = (channel: Channel) => {
      const { message } = channel;
      return message?.id === sent.id && message.attempt === sent.attempt ? change({ ...channel, message }) : channel;
    };
    for (;;) {
      try {
        return await saveChannel(folded).then(() => undefined);
      } catch (error) {
        log.error("what became of a message could not be saved", { channel: name, messageId: sent.id, ...faultOf(error) });
        if (clock.now() + SAVE_AGAIN_MS > settings.endsAt) throw error;
        await clock.sleep(SAVE_AGAIN_MS);
      }
    }
  }

  async function saveChannel(change: (channel: Channel) => Channel): Promise<undefined> {
    const absent: ChannelSubject = { kind: "channel", record: newChannel(name) };
    const changed = (subject: ChannelSubject) => {
      const record = change(subject.record);
      return record === subject.record ? subject : { ...subject, record };
    };
    await saveChange(table, channelPk(name), changed, absent);
  }

  async function readChannel(): Promise<Channel> {
    const found = await table.read(channelPk(name));
    return found?.kind === "channel" ? found.record : newChannel(name);
  }

  /**
   * The channel's record names the members: marking is repeated by whoever finds it until every one is marked. Gives back
   * those whose items refuse.
   */
  async function markMembers(members: Member[], state: Exclude<AlertState, "pending">, at: number): Promise<Member[]> {
    const refused: Member[] = [];
    await concurrently(membersByItem(members), AT_ONCE, async ([pk, ids]) => {
      try {
        const saved = await saveChange<Subject>(table, pk, (subject) => markAlerts(subject, ids, state, at));
        if (!saved || !hasPending(saved, name)) pks.delete(pk);
      } catch (error) {
        log.error("an alert could not be marked", { channel: name, pk, ...faultOf(error) });
        refused.push(...members.filter((member) => member.pk === pk));
        if (refused.length > MOST_ASIDE || state === "given-up") throw error;
      }
    });
    return refused;
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
