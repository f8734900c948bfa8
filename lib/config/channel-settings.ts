import type { DigestTimes } from "../domain/channel/digest.ts";
import type { QuietHours } from "../domain/channel/quiet-hours.ts";
import { NOTIFY_ON, type NotifyOn } from "../domain/job/job.ts";
import { readDigest } from "./digest.ts";
import { hasOnly, isTexts, objectOf, type Problem } from "./json-value.ts";
import { type Mentions, readMentions } from "./mentions.ts";
import { readQuietHours } from "./quiet-hours.ts";

/** What CHANNELS says of one channel. */
export interface ChannelSettings {
  notifyOn?: NotifyOn[];
  /** Teams that may name the channel; empty: all. */
  teams?: string[];
  mention?: Mentions;
  quiet?: QuietHours;
  digest?: DigestTimes;
}

const KNOWN = ["notifyOn", "teams", "mention", "quiet", "digest"];

export function readChannelSettings(problem: Problem, name: string, settings: unknown): ChannelSettings {
  const given = objectOf(settings);
  if (given === undefined || !hasOnly(given, KNOWN))
    problem(`has a setting for "${name}" that is not known; known are ${KNOWN.join(", ")}`);
  const { notifyOn, teams, mention, quiet, digest } = given ?? {};
  if (
    notifyOn !== undefined &&
    !(isTexts(notifyOn) && notifyOn.every((kind) => (NOTIFY_ON as readonly string[]).includes(kind)))
  )
    problem(`must give "${name}" a notifyOn list of ${NOTIFY_ON.join(", ")}`);
  if (teams !== undefined && !isTexts(teams)) problem(`must give "${name}" a list of team names as teams`);
  const read = <Value>(value: unknown, by: (problem: Problem, name: string, value: unknown) => Value | undefined) =>
    value === undefined ? undefined : by(problem, name, value);
  const mentions = read(mention, readMentions);
  const hours = read(quiet, readQuietHours);
  const times = read(digest, readDigest);
  return {
    ...(isTexts(notifyOn) && { notifyOn: notifyOn as NotifyOn[] }),
    ...(isTexts(teams) && { teams }),
    ...(mentions && { mention: mentions }),
    ...(hours && { quiet: hours }),
    ...(times && { digest: times }),
  };
}
