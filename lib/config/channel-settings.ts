import type { DigestTimes } from "../domain/channel/digest.ts";
import type { QuietHours } from "../domain/channel/quiet-hours.ts";
import { type Mentions, NOTIFY_ON, type NotifyOn } from "../domain/job/transitions.ts";
import { objectOf } from "../domain/json.ts";
import { readDigest } from "./digest.ts";
import { hasOnly, isTextList, type Problem } from "./json-value.ts";
import { readMentions } from "./mentions.ts";
import { readQuietHours } from "./quiet-hours.ts";

/** The settings of one channel in CHANNELS. */
export interface ChannelSettings {
  notifyOn?: NotifyOn[];
  /** Teams that may use the channel. Empty: all teams. */
  teams?: string[];
  mention?: Mentions;
  quiet?: QuietHours;
  digest?: DigestTimes;
}

const KNOWN = ["notifyOn", "teams", "mention", "quiet", "digest"];

export function readChannelSettings(problem: Problem, name: string, settings: unknown): ChannelSettings {
  const given = objectOf(settings);
  if (given === undefined || !hasOnly(given, KNOWN))
    problem(`has an unknown setting for "${name}": allowed are ${KNOWN.join(", ")}`);
  const { notifyOn, teams, mention, quiet, digest } = given ?? {};
  if (
    notifyOn !== undefined &&
    !(isTextList(notifyOn) && notifyOn.every((kind) => (NOTIFY_ON as readonly string[]).includes(kind)))
  )
    problem(`has a wrong notifyOn for "${name}": use a list of ${NOTIFY_ON.join(", ")}`);
  if (teams !== undefined && !isTextList(teams))
    problem(`has wrong teams for "${name}": use a list of team names, like ["storage"]`);
  const read = <Value>(value: unknown, readValue: (problem: Problem, name: string, value: unknown) => Value | undefined) =>
    value === undefined ? undefined : readValue(problem, name, value);
  const mentions = read(mention, readMentions);
  const hours = read(quiet, readQuietHours);
  const times = read(digest, readDigest);
  return {
    ...(isTextList(notifyOn) && { notifyOn: notifyOn as NotifyOn[] }),
    ...(isTextList(teams) && { teams }),
    ...(mentions && { mention: mentions }),
    ...(hours && { quiet: hours }),
    ...(times && { digest: times }),
  };
}
