import type { NotificationRef } from "../domain/channel/message-record.ts";
import type { TrackingRules } from "../domain/job/rules.ts";
import type { Ports } from "../ports.ts";
import type { OpenIndex, RecordStore } from "../table-ports.ts";
import type { Queues } from "./channel-queues.ts";

export interface DeliverySettings
  extends Pick<
    TrackingRules,
    "opsChannel" | "eventsChannel" | "channelQuiet" | "channelDigest" | "digestChannels" | "channelTeams"
  > {
  /** No send starts later: 5 s for Slack and 4 s for the confirmation must be left. */
  lastSendAt: number;
  /** When the platform ends the invocation. */
  endsAt: number;
  /** Until then no other poller takes over the message. This invocation has ended by then. */
  leaseUntil: number;
}

export type Deps = Pick<Ports, "destinations" | "clock" | "log" | "metrics"> & { table: RecordStore & OpenIndex };

/** What the sender of one channel knows between its steps. Everything that must survive it is in the channel record. */
export interface Sender {
  readonly ports: Deps;
  readonly settings: DeliverySettings;
  /** Of the channel. */
  readonly name: string;
  readonly queues: Queues;
  /** Id of the last message that was delivered and confirmed. */
  confirmedId?: string;
  /** Claims in a row that another sender won. */
  claimsLost: number;
  /** Whether the last message was a held one. Held and new messages take turns. */
  wasHeld: boolean;
  /** Delivered notifications whose confirmation failed. Undefined until those of an earlier sender have been retried. */
  unconfirmed?: NotificationRef[];
}

/** When to try again. If `teams` is set, only these teams must wait. */
export interface Wait {
  until: number;
  teams?: ReadonlySet<string>;
}

/** The wait of a suspended channel: it ends only when somebody resumes the channel. */
export const SUSPENDED = Number.POSITIVE_INFINITY;
/** The wait after a lost race or a failed write. */
export const RETRY_MS = 5_000;
