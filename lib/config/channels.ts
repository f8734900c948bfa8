import type { ChannelKind } from "./channel-kinds.ts";
import { CHANNEL_NAME, CHANNEL_NAME_RULE } from "./channel-names.ts";
import { type ChannelSettings, readChannelSettings } from "./channel-settings.ts";
import type { SettingReader } from "./setting-reader.ts";

type Option = keyof ChannelSettings;

/** What messages call each kind of channel, and the options of CHANNELS that it can use. Only Slack has mentions and digests. */
const KINDS: Record<ChannelKind, { noun: string; options: readonly Option[] }> = {
  slack: { noun: "a Slack channel", options: ["notifyOn", "teams", "quiet", "mention", "digest"] },
  webhook: { noun: "a signed webhook", options: ["notifyOn", "teams", "quiet"] },
  events: { noun: "the event bus", options: [] },
};

/** `kinds`: the channels that exist, by name. */
export function readChannels(read: SettingReader, kinds: Record<string, ChannelKind>): Record<string, ChannelSettings> {
  const channels: Record<string, ChannelSettings> = {};
  for (const [name, settings] of Object.entries(read.json("CHANNELS"))) {
    if (!CHANNEL_NAME.test(name)) {
      read.problem("CHANNELS", `has an invalid channel name: ${CHANNEL_NAME_RULE}`);
      continue;
    }
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined)
      read.problem("CHANNELS", `has settings for "${name}", which is not a channel: define it in SLACK_WEBHOOKS or WEBHOOKS`);
    const own = readChannelSettings((problem) => read.problem("CHANNELS", problem), name, settings);
    if (kind !== undefined) checkOptions(read, name, kind, Object.keys(own) as Option[]);
    channels[name] = own;
  }
  return channels;
}

function checkOptions(read: SettingReader, name: string, kind: ChannelKind, given: Option[]): void {
  const { noun, options } = KINDS[kind];
  const useless = given.filter((option) => !options.includes(option));
  if (useless.length > 0)
    read.problem("CHANNELS", `has ${useless.join(" and ")} for "${name}", which is ${noun}: allowed are ${options.join(", ")}`);
}
