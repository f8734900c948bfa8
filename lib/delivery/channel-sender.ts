import {
  afterSend,
  type Channel,
  type Claim,
  claim,
  type Destinations,
  gaveUp,
  giveUp,
  handBack,
  KEEP_PARKED_MS,
  type Member,
  type MessageRecord,
  nextStep,
  release,
  settled,
  takeHeld,
  withoutHeld,
} from "../domain/channel/channel.ts";
import { type HeldMessage, holdsOf } from "../domain/channel/held-messages.ts";
import type { NotificationState } from "../domain/job/job.ts";
import type { WatchRules } from "../domain/job/rules.ts";
import type { Ports, Telling } from "../ports.ts";
import { faultOf } from "../shared/error-fields.ts";
import {
  digestNote,
  hasWaiting,
  nextItems,
  noteTurn,
  type Queue,
  type Queues,
  takeOut,
  waitingItems,
} from "./channel-queues.ts";
import { readChannel, saveChannel } from "./channel-record.ts";
import { markMembers } from "./confirm-delivery.ts";
import { noteSend } from "./log-send.ts";
import { type Found, inTurnsByTeam, MOST, pendingTellings, tellingsOf } from "./pending-notifications.ts";

export interface DeliverySettings extends Pick<WatchRules, "opsChannel" | "channelQuiet" | "channelDigest" | "channelTeams"> {
  /** No send is begun later: 5 s for Slack and 4 s for the mark must be left. */
  lastSendAt: number;
  /** When the platform ends the invocation. */
  endsAt: number;
  /** No other poller touches a message before: longer than this invocation can live. */
  leaseUntil: number;
}

export type Needs = Pick<Ports, "table" | "destinations" | "clock" | "log" | "metrics">;
type Claimed = Channel & { message: MessageRecord };

/** A sender waits this long for its slot; whatever takes longer is left to a later pass. */
const PATIENCE_MS = 1_500;
const SAVE_AGAIN_MS = 1_000;
/** So many claims lost in a row: others are at work. */
const MOST_CLAIMS_LOST = 5;
const LATER_MS = 5_000;

/** When to try again. Where only these teams must wait, what others have goes out before. */
export interface Wait {
  until: number;
  teams?: ReadonlySet<string>;
}

/** A channel that is parked: nothing is to be done there before somebody acts. */
export const PARKED = Number.POSITIVE_INFINITY;

/**
 * Tells one channel all it can, message by message, single notifications and its digest in turn:
 * 1. claim the channel's slot and write down the message, 2. send it, 3. mark there that it was told, 4. mark the jobs.
 * Gives back when to try again, undefined where nothing is left.
 */
export async function sendAll(
  ports: Needs,
  settings: DeliverySettings,
  name: string,
  queues: Queues,
): Promise<Wait | undefined> {
  const sender = createSender(ports, settings, name, queues);
  while (hasWaiting(queues)) {
    const wait = await sender.advance();
    if (wait !== undefined) return typeof wait === "number" ? { until: wait } : wait;
  }
  return undefined;
}

function createSender(ports: Needs, settings: DeliverySettings, name: string, queues: Queues) {
  const { table, destinations, clock, log, metrics } = ports;
  /** The message whose members are all known to be marked. */
  let marked: string | undefined;
  let claimsLost = 0;
  /** The last message was one that had been held. */
  let wasHeld = false;
  /** Told, but their items refuse the mark: they stop no other one. Undefined until those that an earlier sender left are tried. */
  let aside: Member[] | undefined;

  return { advance };

  /** One step of the channel; gives back a time where it has to wait longer than a sender's patience. */
  async function advance(): Promise<number | Wait | undefined> {
    const found = await readChannel(ports, name);
    // A message that is told and marked has had its day, but for the slot that it took.
    const channel = found.message?.toldAt !== undefined && found.message.id === marked ? settled(found) : found;
    const now = clock.now();
    aside ??= await mark(channel.unconfirmed ?? [], "delivered", now);
    const step = nextStep(channel, now, destinations.address(name));
    switch (step.do) {
      case "leave":
        return await leave(channel, now);
      case "wait":
        return await wait(step.until);
      case "release":
        log.info("a parked channel has a new address", { channel: name });
        await saveChannel(ports, name, (parked) => (parked.parked ? release(parked, now, settings.opsChannel) : parked));
        return undefined;
      case "give up":
        return await finishGivingUp(channel, step.members, now);
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

  /** A parked channel keeps its notifications, but not for ever. */
  async function leave(channel: Channel, now: number): Promise<number | undefined> {
    const reason = channel.parked?.reason;
    const tooOld = now - KEEP_PARKED_MS;
    const old = [...waitingItems(queues)].flatMap(([pk, since]) => (since <= tooOld ? [pk] : []));
    const members = (channel.parked?.since ?? now) <= tooOld ? await oldMembers(old, tooOld) : [];
    if (members.length === 0) {
      log.warn("channel is parked", { channel: name, reason });
      return PARKED;
    }
    log.error("notifications are given up", { channel: name, reason, notifications: members.length });
    metrics.count("NotificationsGivenUp", members.length);
    const saved = await table.save({ kind: "channel", record: giveUp(channel, members, now, settings.opsChannel) });
    return saved ? await finishGivingUp(channel, members, now) : undefined;
  }

  async function finishGivingUp({ parked }: Channel, members: Member[], now: number): Promise<number | undefined> {
    const refused = await mark(members, "given-up", now);
    if (refused.length > 0) return parked ? PARKED : clock.now() + LATER_MS;
    await saveChannel(ports, name, gaveUp);
    return undefined;
  }

  async function oldMembers(old: string[], tooOld: number): Promise<Member[]> {
    const { tellings } = await pendingTellings(table, old, MOST, ({ channel, at }) => channel === name && at <= tooOld);
    return tellings.slice(0, MOST).map(memberOf);
  }

  /** Sends one message: what was left behind first. */
  async function sendNext(channel: Channel): Promise<number | Wait | undefined> {
    if (clock.now() > settings.lastSendAt) return settings.leaseUntil;
    const { message } = channel;
    const left = message ? withoutDelivered((await tellingsOf(table, message.members)).tellings) : [];
    return left.length > 0 ? await sendLeft(channel, left) : await sendNew({ ...settled(channel), unconfirmed: aside ?? [] });
  }

  /** What is held and what is pending, in turn. */
  async function sendNew(channel: Channel): Promise<number | Wait | undefined> {
    const { due, mayGo, teams, until } = holdsOf(channel.held ?? [], clock.now());
    const next = nextItems(queues, mayGo);
    if (due && !(wasHeld && next)) {
      wasHeld = true;
      return await sendHeld(channel, due);
    }
    wasHeld = false;
    return next ? await sendPending(channel, next.queue, next.pks) : { until, teams };
  }

  /** What was one message stays one: where it has grown too long for its layout it goes out plain. */
  async function sendLeft(channel: Channel, left: Found["tellings"]): Promise<number | undefined> {
    return await claimAndSend(channel, left, { plain: fitting(left) < left.length });
  }

  async function sendHeld(channel: Channel, held: HeldMessage): Promise<number | undefined> {
    const left = withoutDelivered((await tellingsOf(table, held.members)).tellings);
    if (left.length > 0) return await sendLeft(takeHeld(channel, held), left);
    await table.save({ kind: "channel", record: withoutHeld(channel, held) });
    return undefined;
  }

  async function sendPending(channel: Channel, queue: Queue, pks: string[]): Promise<number | undefined> {
    const found = inTurnsByTeam(await pending(queue, pks)).slice(0, MOST);
    const fits = fitting(found);
    queue.worthReading = Math.min(2 * fits, MOST);
    if (found.length === 0) return undefined;
    const told = found.slice(0, fits);
    noteTurn(
      queues,
      queue,
      told.map(({ pk }) => pk),
    );
    const digest = await digestNote(queues, queue, found, told.length);
    return await claimAndSend(channel, told, digest ? { digest } : {});
  }

  function fitting(found: Found["tellings"]): number {
    return destinations.fit(
      name,
      found.map(({ telling }) => telling),
    );
  }

  async function claimAndSend(
    channel: Channel,
    told: Found["tellings"],
    form: Pick<Claim, "plain" | "digest">,
  ): Promise<number | undefined> {
    const slotMs = destinations.slotMs(name);
    const record = claim(channel, told.map(memberOf), clock.now(), settings.leaseUntil, { ...form, slotMs });
    const claimed = await table.save({ kind: "channel", record });
    claimsLost = claimed ? 0 : claimsLost + 1;
    if (claimed) await sendClaimed(record.message, told);
    return claimsLost < MOST_CLAIMS_LOST ? undefined : clock.now() + LATER_MS;
  }

  async function pending({ pks, holds, worthReading }: Queue, wanted: string[]): Promise<Found["tellings"]> {
    const { tellings, done } = await pendingTellings(table, wanted, worthReading, holds);
    const untold = withoutDelivered(tellings);
    const left = new Set(untold.map(({ pk }) => pk));
    for (const pk of [...done, ...tellings.map((telling) => telling.pk)]) if (!left.has(pk)) pks.delete(pk);
    return untold;
  }

  /** What was delivered and could not be confirmed is never sent again, not even when another sender has taken its message over meanwhile. */
  function withoutDelivered(tellings: Found["tellings"]): Found["tellings"] {
    const delivered = new Set(aside?.map(({ notificationId }) => notificationId));
    return tellings.filter(({ telling }) => !delivered.has(telling.notificationId));
  }

  async function sendClaimed(message: MessageRecord, told: Found["tellings"]): Promise<void> {
    // Between the claim and here the process may have been stopped, or the table slow.
    if (clock.now() > settings.lastSendAt) return await saveMessage(message, handBack);
    const outcome = await destinations.send(
      name,
      told.map(({ telling }) => telling),
      message,
    );
    noteSend(ports, { channel: name, messageId: message.id }, told, outcome);
    const { opsChannel } = settings;
    const to: Destinations = { destination: destinations.address(name), opsChannel, oneByOne: destinations.oneByOne(name) };
    await saveMessage(message, (channel) => afterSend(channel, outcome, clock.now(), to));
    if (outcome.kind === "delivered") await markTold(message, clock.now());
    if (outcome.kind === "partly") await markTaken(message, outcome.rejected);
  }

  async function markTold({ id, members }: MessageRecord, at: number): Promise<undefined> {
    aside = [...(aside ?? []), ...(await mark(members, "delivered", at))];
    marked = id;
  }

  async function markTaken({ members }: MessageRecord, rejected: ReadonlySet<string>): Promise<void> {
    const taken = members.filter(({ notificationId }) => !rejected.has(notificationId));
    aside = [...(aside ?? []), ...(await mark(taken, "delivered", clock.now()))];
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
        return await saveChannel(ports, name, folded);
      } catch (error) {
        log.error("what became of a message could not be saved", { channel: name, messageId: sent.id, ...faultOf(error) });
        if (clock.now() + SAVE_AGAIN_MS > settings.endsAt) throw error;
        await clock.sleep(SAVE_AGAIN_MS);
      }
    }
  }

  function mark(members: Member[], state: Exclude<NotificationState, "pending">, at: number): Promise<Member[]> {
    return markMembers(ports, name, members, state, at, (pk, subject) => takeOut(queues, pk, subject));
  }
}

function memberOf({ pk, telling }: { pk: string; telling: Telling }): Member {
  return { pk, notificationId: telling.notificationId };
}
