import type { Destination } from "../ports.ts";

/** Makes one destination of all: each channel uses its own. */
export function joinDestinations(destinationOf: (channel: string) => Destination): Destination {
  return {
    maxBatchSize: (channel, notifications) => destinationOf(channel).maxBatchSize(channel, notifications),
    minSendIntervalMs: (channel) => destinationOf(channel).minSendIntervalMs(channel),
    oneByOne: (channel) => destinationOf(channel).oneByOne(channel),
    address: (channel) => destinationOf(channel).address(channel),
    preview: (channel, notifications, message) => destinationOf(channel).preview(channel, notifications, message),
    send: (channel, notifications, message) => destinationOf(channel).send(channel, notifications, message),
  };
}
