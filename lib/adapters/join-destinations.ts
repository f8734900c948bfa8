import type { ChannelKind } from "../domain/channel/channel.ts";
import type { Destination } from "../ports.ts";

/** All kinds of destinations as one: each channel is told by its own kind, one that is nobody's by Slack, which knows no such channel. */
export function joinDestinations(
  kindOf: (channel: string) => ChannelKind | undefined,
  byKind: Record<ChannelKind, Destination>,
): Destination {
  const of = (channel: string) => byKind[kindOf(channel) ?? "slack"];
  return {
    fit: (channel, tellings) => of(channel).fit(channel, tellings),
    slotMs: (channel) => of(channel).slotMs(channel),
    oneByOne: (channel) => of(channel).oneByOne(channel),
    address: (channel) => of(channel).address(channel),
    preview: (channel, tellings, message) => of(channel).preview(channel, tellings, message),
    send: (channel, tellings, message) => of(channel).send(channel, tellings, message),
  };
}
