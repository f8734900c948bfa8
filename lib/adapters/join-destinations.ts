import type { ChannelKind } from "../domain/channel/channel.ts";
import type { Destination } from "../ports.ts";

/** All kinds of destinations as one: each channel is told by its own kind, one that is nobody's by Slack, which knows no such channel. */
export function joinDestinations(
  kindOf: (channel: string) => ChannelKind | undefined,
  byKind: Record<ChannelKind, Destination>,
): Destination {
  const of = (channel: string) => byKind[kindOf(channel) ?? "slack"];
  return {
    maxBatchSize: (channel, notifications) => of(channel).maxBatchSize(channel, notifications),
    minSendIntervalMs: (channel) => of(channel).minSendIntervalMs(channel),
    oneByOne: (channel) => of(channel).oneByOne(channel),
    address: (channel) => of(channel).address(channel),
    preview: (channel, notifications, message) => of(channel).preview(channel, notifications, message),
    send: (channel, notifications, message) => of(channel).send(channel, notifications, message),
  };
}
