/** Kinds of destinations. lib/services.ts joins an adapter for each. */
export const CHANNEL_KINDS = ["slack", "webhook", "events"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];
