import type { ChannelKind } from "../domain/channel/channel.ts";
import type { Destination } from "../ports.ts";

/** Joins all kinds of destinations. An unknown channel goes to Slack, which reports it as not configured. */
export function joinDestinations(
  kindOf: (channel: string) => ChannelKind | undefined,
  byKind: Record<ChannelKind, Destination>,
): Destination {
  const destinationOf = (channel: string) => byKind[kindOf(channel) ?? "slack"];
  return {
    maxBatchSize: (channel, notifications) => destinationOf(channel).maxBatchSize(channel, notifications),
    minSendIntervalMs: (channel) => destinationOf(channel).minSendIntervalMs(channel),
    oneByOne: (channel) => destinationOf(channel).oneByOne(channel),
    address: (channel) => destinationOf(channel).address(channel),
    preview: (channel, notifications, message) => destinationOf(channel).preview(channel, notifications, message),
    send: (channel, notifications, message) => destinationOf(channel).send(channel, notifications, message),
  };
}
